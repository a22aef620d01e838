"""Replacing the published files all at once, and finishing or discarding a publication that was interrupted.

Everything is made beside its target under a `.…next-…` name. Renaming the warehouse is the moment of
publication: before it, all that was made can be thrown away; after it, the rest only has to be renamed.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb

from transforms.report import Remark
from transforms.warehouse import beside, database, files, modes, state, versions
from transforms.warehouse.manifest import read_manifest

_KNOWN_RUNS = "SELECT count(*) FILTER (run_id = ? AND verdict = 'published'), count(*) FROM runs"


@dataclass(frozen=True)
class Publication:
    """The files of one publication: warehouse, contacts, manifest, state, each with its draft beside it.

    A new warehouse is kept as a version too; of older ones `versions_kept` stay (None: all, for now).
    """

    warehouse: Path
    state: Path
    run_id: str
    versions_kept: int | None = None

    @property
    def contacts(self) -> Path:
        """The file of personal data."""
        return beside.contacts(self.warehouse)

    @property
    def manifest(self) -> Path:
        """The description of the published files."""
        return beside.manifest(self.warehouse)

    @property
    def staged_state(self) -> Path:
        """The folder with what the state will become."""
        return self.state / f"{beside.STAGED}{self.run_id}"

    def draft(self, path: Path) -> Path:
        """Where the next version of `path` is made: in the same folder, so that renaming it is atomic."""
        return path.with_name(f".{path.name}{beside.STAGED}{self.run_id}{path.suffix}")

    def next_number(self) -> int:
        """The place of this publication in their order."""
        return versions.next_number(self.warehouse)

    def prepare(self) -> None:
        """Make the folders; an earlier attempt of the same run is completed or its drafts go."""
        self.warehouse.parent.mkdir(parents=True, exist_ok=True)
        if self.staged_state.exists() and self.is_published():
            self.complete()
        self.discard()
        self.staged_state.mkdir(parents=True)
        state.stage_target(self.warehouse, self.staged_state)

    def publish(self) -> None:
        """Swap and complete; what fails after the swap is tried once more before it is told."""
        try:
            self.swap()
            self.complete()
        except BaseException as error:
            if not self.settle() or not isinstance(error, Exception):
                raise

    def swap(self) -> None:
        """Publish: the warehouse's draft becomes the warehouse; an open reader of the old file keeps it.

        Before that, what is going to be published and what was published so far are there as versions.
        """
        self._keep()
        # A log left by a program that wrote into the old file would be applied to the new one.
        files.remove(self.warehouse.with_name(f"{self.warehouse.name}.wal"))
        for path in (self.warehouse, self.manifest):
            modes.share(self.draft(path))
        self.draft(self.warehouse).replace(self.warehouse)

    def complete(self) -> None:
        """After the swap: contacts, manifest and state follow; may be repeated after a crash."""
        for path in (self.contacts, self.manifest):
            if self.draft(path).exists():
                self.draft(path).replace(path)
        versions.admit(self.warehouse, self.run_id)
        files.fsync(self.warehouse.parent)
        state.complete(self.staged_state, self.state)
        if self.versions_kept is not None:
            # It is published: a version that cannot go now will go with the next publication.
            with suppress(OSError):
                versions.prune(self.warehouse, self.versions_kept)

    def discard(self) -> None:
        """Delete all drafts; the published files stay."""
        # The state first: without it nothing can be completed by mistake.
        files.remove_at_once(self.staged_state)
        for path in self._leftovers():
            files.remove(path)

    def is_published(self) -> bool:
        """Whether the published warehouse is of this run or of a later one that knows it.

        A version that is put back has no row of its own: it is published if the file knows its run and
        none of those after it.

        Raises:
            duckdb.IOException: another program writes into the published warehouse.
        """
        if self.draft(self.warehouse).exists() or not self.warehouse.exists():
            return False
        restored = state.staged_restored(self.staged_state)
        run_id = restored.run_id if restored else self.run_id
        try:
            with database.connect(self.warehouse, read_only=True) as con:
                ((known, runs),) = con.execute(_KNOWN_RUNS, [run_id]).fetchall()
        except duckdb.CatalogException:
            return False
        except duckdb.Error as error:
            if files.is_damage(error):
                return self._was_swapped(run_id)
            raise
        return bool(known) and (restored is None or runs == restored.runs)

    def _was_swapped(self, run_id: str) -> bool:
        """What the files beside a ruined warehouse tell; of the drafts, that of the manifest is made last."""
        manifest = read_manifest(self.manifest)
        return self.draft(self.manifest).exists() or (manifest is not None and manifest.run_id == run_id)

    def settle(self) -> bool:
        """After a failure at any moment: complete what was published, else discard it; never raises for I/O.

        Returns whether it is published and complete. What cannot be settled now is left to `sweep`.
        """
        with suppress(OSError, duckdb.IOException):
            if self.is_published():
                self.complete()
                return True
            self.discard()
        return False

    def _keep(self) -> None:
        versions.keep_published(self.warehouse)
        if state.staged_restored(self.staged_state) is None:
            made = (self.warehouse, self.contacts, self.manifest)
            versions.stage(self.warehouse, self.run_id, [(self.draft(path), path.name) for path in made])

    def _leftovers(self) -> Iterator[Path]:
        for path in (self.warehouse, self.contacts, self.manifest):
            draft = self.draft(path)
            yield from (draft, draft.with_name(f"{draft.name}.wal"), draft.with_name(f"{draft.name}.tmp"))
        yield versions.staged(self.warehouse, self.run_id)


def sweep(warehouse: Path, state_folder: Path) -> tuple[Remark, ...]:
    """At the start of a run: finish or discard an interrupted publication, delete drafts and build files.

    Only the run that holds the locks of warehouse and state may call it, before it makes its own build file:
    every build of this warehouse goes. A publication into another warehouse from the same state is finished
    if it was swapped, because this run goes on from its ids; else it is left to the sweep of that warehouse.

    Raises:
        MachineError: a file cannot be renamed or deleted, or another program writes into the warehouse.
    """
    warehouse = warehouse.resolve()
    remarks: list[Remark] = []
    with files.machine_errors(warehouse):
        for staged in sorted(state_folder.glob(f"{beside.STAGED}*")):
            target = state.staged_target(staged) or warehouse
            publication = Publication(target, state_folder, staged.name.removeprefix(beside.STAGED))
            remarks += _finish(publication, ours=target == warehouse)
        for leftover in leftovers(warehouse, state_folder):
            files.remove(leftover)
    return tuple(remarks)


def _finish(publication: Publication, *, ours: bool) -> list[Remark]:
    if publication.is_published():
        publication.complete()
        outcome = "a été terminée"
    elif ours:
        publication.discard()
        outcome = "a été abandonnée ; l'entrepôt publié n'a pas changé"
    else:
        return []
    where = "" if ours else f" dans {publication.warehouse}"
    text = f"La publication interrompue {publication.run_id}{where} {outcome}."
    return [Remark(level="warning", text=text)]


def leftovers(warehouse: Path, state_folder: Path) -> list[Path]:
    """What interrupted runs on this warehouse have left, builds included, staged states apart."""
    publication = Publication(warehouse, state_folder, "")
    reports = (beside.report_page(warehouse), beside.report_document(warehouse))
    published = (publication.warehouse, publication.contacts, publication.manifest, *reports)
    names = [f".{path.name}{beside.STAGED}" for path in published]
    return [
        *beside.builds(warehouse),
        *(
            path
            for path in warehouse.parent.glob(f".*{beside.STAGED}*")
            if path.name.startswith(tuple(names))
        ),
        *beside.rejects(warehouse).glob(f".*{beside.WORKBOOK}.tmp"),
        *versions.leftovers(warehouse),
        *files.going(state_folder),
        *state_folder.glob(f".*{beside.STAGED}*"),
    ]
