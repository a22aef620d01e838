"""After files were written anew to erase a person: manifests and run log that still prove them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from transforms.suppression.log import Pending, Rewritten
from transforms.warehouse import beside, database, files, versions
from transforms.warehouse import manifest as manifests
from transforms.warehouse.manifest import Erased, FileFacts, Manifest, read_manifest
from transforms.warehouse.publish import table_counts
from transforms.warehouse.runs import RunInput, rewrite_runs


@dataclass(frozen=True)
class _Publication:
    """The files of one publication that is in service or kept."""

    folder: Path
    manifest_path: Path
    manifest: Manifest

    @property
    def parts(self) -> Iterator[tuple[Path, FileFacts]]:
        for facts in self.manifest.parts:
            yield self.folder / facts.file, facts


def damaged_parts(warehouse: Path) -> frozenset[str]:
    """The published and kept files that are not those of their manifest."""
    return frozenset(
        str(path)
        for publication in _publications(warehouse)
        for path, facts in publication.parts
        if versions.damage_of(path, facts)
    )


def seal(warehouse: Path, pending: Pending) -> None:
    """Let every manifest describe its files as they are now, and tell what they were.

    A file that was damaged before the erasure stays so.
    """
    for one in _publications(warehouse):
        updates: dict[str, object] = {}
        told = list(one.manifest.erasures)
        for name, (path, facts) in zip(("warehouse", "contacts"), one.parts, strict=True):
            if path.is_file() and str(path) not in pending.damaged and versions.damage_of(path, facts):
                now = _facts(path, facts)
                updates[name] = now
                told.append(_told(pending, facts, now))
        inputs = tuple(_told_anew(entry, pending.rewritten) for entry in one.manifest.inputs)
        if updates or inputs != one.manifest.inputs:
            after = one.manifest.model_copy(update={**updates, "inputs": inputs, "erasures": tuple(told)})
            mode = one.manifest_path.stat().st_mode & 0o777
            manifests.write(one.manifest_path, after)
            one.manifest_path.chmod(mode)


def retell_inputs(state: Path, rewritten: tuple[Rewritten, ...]) -> None:
    """Let the run log know exports under the fingerprints that they have now."""
    if rewritten:
        rewrite_runs(state, lambda one: _told_anew(one, rewritten))


def _publications(warehouse: Path) -> Iterator[_Publication]:
    name = beside.manifest(warehouse).name
    for folder in (warehouse.parent, *(one.folder for one in versions.kept(warehouse))):
        found = read_manifest(folder / name)
        if found is not None:
            yield _Publication(folder, folder / name, found)


def _facts(path: Path, before: FileFacts) -> FileFacts:
    with database.connect(path, read_only=True) as con:
        counts = table_counts(con)
    return before.model_copy(
        update={"sha256": files.sha256_of(path), "bytes": path.stat().st_size, "tables": counts}
    )


def _told(pending: Pending, before: FileFacts, now: FileFacts) -> Erased:
    return Erased(
        erasure_id=pending.erasure.erasure_id,
        at=pending.erasure.at,
        file=before.file,
        sha256_before=before.sha256,
        sha256=now.sha256,
    )


def _told_anew(one: RunInput, rewritten: tuple[Rewritten, ...]) -> RunInput:
    for change in rewritten:
        if one.sha256 == change.before:
            received = one.received_sha256 or change.before
            one = one.model_copy(update={"sha256": change.after, "received_sha256": received})
    return one
