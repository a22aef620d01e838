"""The list of companies for people outside: files with what may be handed out, each whole or not there."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from flows.export_workbook import Origin, workbook
from transforms.errors import InputError
from transforms.spreadsheet import csv_bytes
from transforms.warehouse import files, handed_out, modes
from transforms.warehouse.handed_out import Handout
from transforms.warehouse.reading import opened
from transforms.wording import plural

_WORKBOOK = "entreprises_par_territoire.xlsx"


@dataclass(frozen=True)
class Written:
    """What an export has written.

    Attributes:
        paths: the files.
        companies: rows of companies in them.
        kept_back: active companies left out because their row would name a person.
    """

    paths: tuple[Path, ...]
    companies: int
    kept_back: int

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {"files": list(map(str, self.paths)), "companies": self.companies, "kept_back": self.kept_back}


def export(warehouse: Path, folder: Path, kind: str, *, territories: tuple[str, ...] = ()) -> Written:
    """Write companies and territories into `folder` as `csv`, `parquet` or `excel`; files there are replaced.

    Raises:
        InputError: no such territory; no warehouse of ours.
        MachineError: the folder cannot be written, the disk is full; what was there is untouched.
    """
    with opened(warehouse) as con:
        known = handed_out.territory_names(con)
        _require_known(territories, known)
        companies, summary = (
            handed_out.read(con, name, territories) for name in ("companies", "territories")
        )
        kept_back = handed_out.kept_back(con, territories)
        origin = _origin(con, warehouse, kept_back)
    with files.machine_errors(folder), modes.owner_only():
        folder.mkdir(parents=True, exist_ok=True)
        if kind == "excel":
            book = workbook(companies, summary, known, origin)
            paths = [_write(folder / _WORKBOOK, book.save)]
        else:
            paths = [_write_table(folder, kind, one) for one in (companies, summary)]
        files.fsync(folder)
    return Written(tuple(paths), companies.rows.num_rows, kept_back)


def written_text(written: Written) -> str:
    """French lines: which files, how many companies, what was left out."""
    lines = [f"{plural(written.companies, 'entreprise exportée', 'entreprises exportées')} :"]
    lines += [f"  - {path}" for path in written.paths]
    if written.kept_back:
        persons = plural(written.kept_back, "entrepreneur individuel", "entrepreneurs individuels")
        lines.append(f"Sans {persons} : une telle fiche nomme une personne.")
    lines.append("Ni chiffre d'affaires ni cotisation : seules les colonnes transmissibles sont écrites.")
    return "\n".join(lines)


def _write_table(folder: Path, kind: str, handout: Handout) -> Path:
    path = folder / f"{handout.title}.{kind}"
    if kind == "parquet":
        return _write(path, lambda draft: pq.write_table(handout.rows, draft))
    content = csv_bytes(handout.headings, handout.told)
    return _write(path, lambda draft: draft.write_bytes(content))


def _write(path: Path, write: Callable[[Path], Any]) -> Path:
    with _whole(path) as draft:
        write(draft)
    return path


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """A draft beside `path` that takes its place at the end of the block, or goes if the block fails."""
    draft = path.with_name(f".{path.name}.next-{os.getpid()}")
    try:
        yield draft
        files.fsync(draft)
        draft.replace(path)
    except BaseException:
        with suppress(OSError):
            draft.unlink()
        raise


def _require_known(territories: tuple[str, ...], known: dict[str, str]) -> None:
    unknown = [code for code in territories if code not in known]
    if unknown:
        raise InputError(
            "Ce territoire n'existe pas.",
            found=", ".join(unknown),
            expected=f"un de ces codes : {', '.join(known)}",
            next_step="relancer avec un de ces codes ; sans --territoire, tous sont exportés",
        )


def _origin(con: duckdb.DuckDBPyConnection, warehouse: Path, kept_back: int) -> Origin:
    ((run_id,),) = con.execute("SELECT DISTINCT run_id FROM sources").fetchall() or ((None,),)
    exports = con.execute("SELECT title, export_date FROM sources ORDER BY priority, source").fetchall()
    return Origin(warehouse.name, run_id, tuple(exports), kept_back, datetime.now(UTC))
