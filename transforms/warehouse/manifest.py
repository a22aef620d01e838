"""The manifest beside a warehouse: which run made it, from what, and the fingerprints that prove it."""

from collections.abc import Hashable
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, ValidationError

from transforms.warehouse import files, modes
from transforms.warehouse.runs import Moment, RunInput, RunRecord

if TYPE_CHECKING:
    from transforms.warehouse.swap import Publication

_GROWING = frozenset({"runs", "publications", "objective_history"})


class FileFacts(BaseModel):
    """One file of a publication: its name, fingerprint, size in bytes, and the rows of each of its tables."""

    model_config = ConfigDict(frozen=True)

    file: str
    sha256: str
    bytes: int
    tables: dict[str, int]


class Erased(BaseModel):
    """A file that was written anew to erase somebody: its fingerprints before and after."""

    model_config = ConfigDict(frozen=True)

    erasure_id: str
    at: Moment
    file: str
    sha256_before: str
    sha256: str


class Manifest(BaseModel):
    """What is known of one publication; moments are UTC.

    `number` counts the publications of a warehouse: it tells the order even where a clock was set back.
    `erasures` tell which of its files were written anew since, to erase a person. Keys that another version
    of the program wrote are left aside.
    """

    model_config = ConfigDict(frozen=True)

    run_id: str
    number: int = 0
    started_at: Moment
    ended_at: Moment
    inputs: tuple[RunInput, ...] = ()
    alliage_version: str
    storage_version: str
    warehouse: FileFacts
    contacts: FileFacts
    erasures: tuple[Erased, ...] = ()

    @property
    def content(self) -> Hashable:
        """The same for two publications of the same exports by the same program, that decided nothing anew.

        The rows of the tables tell of decisions and settings; only lists of runs grow every night.
        """
        exports = frozenset((one.source, one.sha256) for one in self.inputs)
        rows = frozenset((name, rows) for name, rows in self.warehouse.tables.items() if name not in _GROWING)
        return self.alliage_version, exports, rows, frozenset(self.contacts.tables.items())

    @property
    def parts(self) -> tuple[FileFacts, FileFacts]:
        """The files that it proves."""
        return self.warehouse, self.contacts


def read_manifest(path: Path) -> Manifest | None:
    """The manifest at `path`; None if there is none, or if it is not one."""
    try:
        return Manifest.model_validate_json(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError, ValidationError):
        return None


def write_manifest(
    publication: "Publication",
    record: RunRecord,
    *,
    storage_version: str,
    tables: dict[str, int],
    contacts: dict[str, int],
) -> None:
    """Write the draft of the manifest for the finished drafts of warehouse and contacts.

    `tables` and `contacts` are the rows of each table of the two files.
    """
    manifest = Manifest(
        run_id=record.run_id,
        number=publication.next_number(),
        started_at=record.started_at,
        ended_at=record.ended_at,
        inputs=record.inputs,
        alliage_version=record.code_version,
        storage_version=storage_version,
        warehouse=_described(publication, publication.warehouse, tables),
        contacts=_described(publication, publication.contacts, contacts),
    )
    write(publication.draft(publication.manifest), manifest)


def write(path: Path, manifest: Manifest) -> None:
    """Write a manifest, which whoever reads the warehouse may read."""
    files.write_text(path, manifest.model_dump_json(indent=2) + "\n", mode=modes.shared())


def _described(publication: "Publication", path: Path, tables: dict[str, int]) -> FileFacts:
    draft = publication.draft(path)
    return FileFacts(file=path.name, sha256=files.sha256_of(draft), bytes=draft.stat().st_size, tables=tables)
