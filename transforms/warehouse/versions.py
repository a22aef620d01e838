"""The last publications of a warehouse, kept whole: one folder a run, with warehouse, contacts and manifest.

A version is copied, never linked: a program that writes into the published file cannot reach it. It is made
under a hidden name before the swap and gets its own name after it; one that goes is hidden first. So a folder
that can be seen is whole, whenever the machine stops.
"""

import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Literal

from transforms.errors import InputError
from transforms.warehouse import beside, files
from transforms.warehouse.database import owner_only
from transforms.warehouse.manifest import FileFacts, Manifest, read_manifest

_NEAR = 5
_WORDS = {
    **dict.fromkeys(("dernière", "derniere", "latest"), "latest"),
    **dict.fromkeys(("publiée", "publiee", "published"), "published"),
    **dict.fromkeys(("précédente", "precedente", "previous"), "previous"),
}
_WHAT_IS_WRONG = {
    "none": "Aucune version ne porte ce nom.",
    "several": "Plusieurs versions commencent ainsi.",
    "latest": "Aucune version n'est conservée.",
    "published": "La version en service est inconnue : l'entrepôt manque, ou il a été modifié.",
    "previous": "Aucune version conservée n'est plus ancienne que celle qui est en service.",
}


@dataclass(frozen=True)
class Version:
    """One kept publication.

    Attributes:
        run_id: the run that made it, and the name of its folder.
        folder: where warehouse, contacts and manifest lie, under their published names.
        manifest: None if it cannot be read.
        published: whether it is what analysts read now.
    """

    run_id: str
    folder: Path
    manifest: Manifest | None
    published: bool

    @cached_property
    def damage(self) -> str | None:
        """What is wrong with its files (French), None if they are those of the manifest; reads them all."""
        if self.manifest is None:
            return "manifeste absent ou illisible"
        found = (damage_of(self.folder / part.file, part) for part in self.manifest.parts)
        return next((problem for problem in found if problem), None)

    @property
    def state(self) -> Literal["published", "kept", "damaged"]:
        """One word for it."""
        if self.damage:
            return "damaged"
        return "published" if self.published else "kept"

    @property
    def age(self) -> tuple[int, str]:
        """Its place in the order of publications."""
        return self.manifest.number if self.manifest else -1, self.run_id


def kept(warehouse: Path) -> list[Version]:
    """The versions of `warehouse`, the newest first; a folder without a manifest of its own comes last."""
    now = published_run(warehouse)
    ours = {manifest.run_id: manifest for manifest in _manifests(warehouse)}
    found = [
        Version(folder.name, folder, ours.get(folder.name), published=folder.name == now)
        for folder in _folders(warehouse)
    ]
    return sorted(found, key=lambda version: version.age, reverse=True)


def choose(warehouse: Path, name: str) -> Version:
    """The version that a person calls `name`: its run, the start of it if only one starts so, or a word.

    « dernière » (latest) is the newest one kept, « publiée » (published) the one that analysts read,
    « précédente » (previous) the newest that is older than this one.

    Raises:
        InputError: no version has that name, or several have; the near ones are listed.
    """
    all_kept = kept(warehouse)
    word = _WORDS.get(name.casefold())
    found = _by_word(word, all_kept) if word else [one for one in all_kept if one.run_id == name]
    found = found or [one for one in all_kept if not word and name and one.run_id.startswith(name)]
    if len(found) == 1:
        return found[0]
    problem = word or ("several" if found else "none")
    if word == "previous" and all_kept and not any(version.published for version in all_kept):
        problem = "published"
    raise _unknown(name, found or all_kept, _WHAT_IS_WRONG[problem])


def published_run(warehouse: Path) -> str | None:
    """The run whose publication lies at `warehouse`, unaltered; None if that cannot be proved."""
    manifest = read_manifest(beside.manifest(warehouse))
    if manifest is None or damage_of(warehouse, manifest.warehouse):
        return None
    return manifest.run_id


def is_whole(warehouse: Path) -> bool:
    """Whether warehouse and contacts lie there as the manifest beside them says."""
    manifest = read_manifest(beside.manifest(warehouse))
    if manifest is None:
        return False
    places = (warehouse, beside.contacts(warehouse))
    return not any(damage_of(path, part) for path, part in zip(places, manifest.parts, strict=True))


def next_number(warehouse: Path) -> int:
    """The number of the next publication."""
    published = read_manifest(beside.manifest(warehouse))
    known = [*_manifests(warehouse), *([published] if published else [])]
    return 1 + max((manifest.number for manifest in known), default=0)


def stage(warehouse: Path, run_id: str, copies: Iterable[tuple[Path, str]]) -> None:
    """Copy files, each under its name, down to the disk, into the hidden folder of the version `run_id`.

    Raises:
        OSError: the disk is full or not writable; nothing that can be seen was made.
    """
    folder = staged(warehouse, run_id)
    files.remove(folder)
    beside.versions(warehouse).mkdir(mode=0o700, exist_ok=True)
    folder.mkdir(mode=0o700)
    with owner_only():
        for origin, name in copies:
            copy(origin, folder / name)
    files.fsync(folder)


def staged(warehouse: Path, run_id: str) -> Path:
    """The hidden folder of a version that is being made."""
    return beside.versions(warehouse) / f"{beside.STAGED}{run_id}"


def admit(warehouse: Path, run_id: str) -> None:
    """Let a staged version be seen, if there is one; may be repeated after a crash."""
    folder = staged(warehouse, run_id)
    if folder.exists():
        files.remove_at_once(beside.versions(warehouse) / run_id)
        folder.rename(beside.versions(warehouse) / run_id)
        files.fsync(beside.versions(warehouse))


def keep_published(warehouse: Path) -> None:
    """Keep what is published now, if it is whole and not kept yet: what an older program has published."""
    manifest = read_manifest(beside.manifest(warehouse))
    if manifest is None or (beside.versions(warehouse) / manifest.run_id).exists():
        return
    if is_whole(warehouse):
        published = (warehouse, beside.contacts(warehouse), beside.manifest(warehouse))
        stage(warehouse, manifest.run_id, [(path, path.name) for path in published])
        admit(warehouse, manifest.run_id)


def prune(warehouse: Path, count: int) -> None:
    """Delete the versions beyond `count`."""
    for folder in beyond(warehouse, count):
        files.remove_at_once(folder)


def beyond(warehouse: Path, count: int) -> list[Path]:
    """The oldest versions beyond `count`, never the published one, nor a folder that is no version.

    Of versions that hold the same, all but the newest go first: a month of nights without a new export does
    not push out the last version that was different.
    """
    published = read_manifest(beside.manifest(warehouse))
    newest_first = sorted(_manifests(warehouse), key=lambda one: (one.number, one.run_id), reverse=True)
    newest = {one.content: one for one in reversed(newest_first)}
    by_worth = sorted(
        newest_first,
        key=lambda one: (published and one.run_id == published.run_id, newest[one.content] is one),
        reverse=True,
    )
    return [beside.versions(warehouse) / manifest.run_id for manifest in by_worth[count:]]


def older_than(warehouse: Path, moment: datetime) -> list[Path]:
    """The versions published before `moment` (with a time zone), never the one in service."""
    published = read_manifest(beside.manifest(warehouse))
    before = moment.astimezone(UTC).replace(tzinfo=None)
    return [
        beside.versions(warehouse) / one.run_id
        for one in _manifests(warehouse)
        if one.ended_at < before and not (published and one.run_id == published.run_id)
    ]


def leftovers(warehouse: Path) -> Iterator[Path]:
    """Versions half made or half deleted when a run was interrupted."""
    yield from sorted(beside.versions(warehouse).glob(f"{beside.STAGED}*"))
    yield from files.going(beside.versions(warehouse))


def damage_of(path: Path, facts: FileFacts) -> str | None:
    """What tells the file at `path` from the one described (French); None if nothing does."""
    if not path.is_file():
        return f"{facts.file} absent"
    if path.stat().st_size != facts.bytes:
        return f"{facts.file} : {path.stat().st_size} octets au lieu de {facts.bytes}"
    if files.sha256_of(path) != facts.sha256:
        return f"{facts.file} : empreinte SHA-256 différente de celle du manifeste"
    return None


def copy(origin: Path, target: Path) -> None:
    """Copy a file, down to the disk."""
    shutil.copyfile(origin, target)
    files.fsync(target)


def _by_word(word: str, newest_first: list[Version]) -> list[Version]:
    if word == "latest":
        return newest_first[:1]
    published = [version for version in newest_first if version.published]
    if word == "published" or not published:
        return published
    return [version for version in newest_first if version.age < published[0].age][:1]


def _unknown(name: str, candidates: list[Version], what: str) -> InputError:
    names = [version.run_id for version in candidates]
    near = get_close_matches(name, names, n=_NEAR, cutoff=0.5) or names[:_NEAR]
    return InputError(
        what,
        found=name,
        expected=", ".join(near) or "une version conservée ; il n'y en a aucune",
        next_step="recopier le nom d'une version : alliage versions les montre",
    )


def _folders(warehouse: Path) -> list[Path]:
    found = beside.versions(warehouse).glob("[!.]*")
    return sorted(path for path in found if path.is_dir() and not path.is_symlink())


def _manifests(warehouse: Path) -> list[Manifest]:
    """The manifests of the folders that are versions."""
    name = beside.manifest(warehouse).name
    found = ((folder, read_manifest(folder / name)) for folder in _folders(warehouse))
    return [manifest for folder, manifest in found if manifest and manifest.run_id == folder.name]
