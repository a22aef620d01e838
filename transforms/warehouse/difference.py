"""The comparison of two warehouse files: their companies, their inputs, the rows of their tables."""

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import duckdb
from pydantic import BaseModel, ConfigDict

from transforms.errors import InputError, Where
from transforms.warehouse import database, files
from transforms.warehouse.changes import KINDS, Change, changes_query
from transforms.warehouse.run_settings import SettingChange, changed_settings, settings_of
from transforms.warehouse.tables import literal
from transforms.warehouse.versions import published_run

_NEEDED = frozenset({"companies", "memberships", "company_aliases", "sources", "runs"})
Model = TypeVar("Model", bound=BaseModel)

_INPUTS = """
SELECT source, before.file, after.file, before.sha256, after.sha256, before.records, after.records
FROM old.sources AS before
FULL JOIN new.sources AS after USING (source)
WHERE before.sha256 IS DISTINCT FROM after.sha256
ORDER BY source
"""


class Input(BaseModel):
    """A source whose export is not the same; None where the source is not there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str
    old_file: str | None
    new_file: str | None
    old_sha256: str | None
    new_sha256: str | None
    old_records: int | None
    new_records: int | None


class Side(BaseModel):
    """One of the two warehouses: its path, fingerprint and last published run."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: Path
    sha256: str
    run_id: str | None


class Difference(BaseModel):
    """The whole comparison; `rows` are those of each table that differ, before and after."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    old: Side
    new: Side
    counts: dict[str, int]
    changes: tuple[Change, ...]
    inputs: tuple[Input, ...]
    settings: tuple[SettingChange, ...]
    rows: dict[str, tuple[int | None, int | None]]


def compare(old: Path, new: Path) -> Difference:
    """Compare two warehouse files, neither of them being written; the same files give the same result.

    Raises:
        InputError: a file is missing or no warehouse of ours, or both are the same file.
        MachineError: another program writes into a file, or it cannot be read.
    """
    for path in (old, new):
        _require_warehouse(path)
    if old.samefile(new):
        raise InputError(
            "Ces deux versions sont le même fichier : il n'y a rien à comparer.",
            where=Where(file=str(new)),
            expected="deux versions différentes",
            next_step="alliage versions montre celles qui sont conservées",
        )
    with (
        files.machine_errors(old),
        _told_damage(old, new),
        tempfile.TemporaryDirectory() as scratch,
        database.connect(None) as con,
    ):
        con.execute(f"SET temp_directory = {literal(scratch)}")
        for name, path in (("old", old), ("new", new)):
            con.execute(f"ATTACH {literal(str(path))} AS {name} (READ_ONLY)")
        query = changes_query(_shared_columns(con), backwards=_backwards(con))
        changes = tuple(_models(con, query, Change))
        return Difference(
            old=_side(con, old, "old"),
            new=_side(con, new, "new"),
            counts=_counts(changes),
            changes=changes,
            inputs=tuple(_models(con, _INPUTS, Input)),
            settings=changed_settings(
                *(settings_of(con, _run_of(con, side), f"{side}.") for side in ("old", "new"))
            ),
            rows=_rows(con),
        )


@contextmanager
def _told_damage(*paths: Path) -> Iterator[None]:
    """A file that opens may still have a block that cannot be read: name the one that is not as published."""
    try:
        yield
    except duckdb.Error as error:
        if not files.is_damage(error):
            raise
        spoilt = [path for path in paths if published_run(path) is None]
        raise InputError(
            "Ce fichier est abîmé : il ne se compare pas.",
            where=Where(file=str((spoilt or paths)[0])),
            found=str(error).partition("\n")[0],
            expected="un fichier tel qu'il a été publié",
            next_step="alliage restore dernière remet en service une version entière",
        ) from error


def _counts(changes: Iterable[Change]) -> dict[str, int]:
    """Companies of each kind; one that changed in several fields counts once."""
    companies = {(change.kind, change.company_id) for change in changes}
    found = Counter(kind for kind, _ in companies)
    return {kind: found[kind] for kind in KINDS}


def _shared_columns(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Columns of `companies` in both files: one that came with a new source is no change of a company."""
    rows = con.execute(
        """
        SELECT column_name
        FROM duckdb_columns()
        WHERE database_name IN ('old', 'new') AND schema_name = 'main' AND table_name = 'companies'
        GROUP BY column_name
        HAVING count(*) = 2
        ORDER BY column_name
        """
    ).fetchall()
    return [name for (name,) in rows]


def _rows(con: duckdb.DuckDBPyConnection) -> dict[str, tuple[int | None, int | None]]:
    """Rows before and after of each table where they differ; None where there is no such table."""
    listed = con.execute(
        """
        SELECT database_name, table_name
        FROM duckdb_tables()
        WHERE database_name IN ('old', 'new')
        ORDER BY ALL
        """
    ).fetchall()
    counts = " UNION ALL ".join(
        f"SELECT '{side}', '{name}', count(*) FROM {side}.main.\"{name}\"" for side, name in listed
    )
    found = {(side, name): rows for side, name, rows in con.execute(counts).fetchall()}
    names = sorted({name for _, name in listed})
    both = {name: (found.get(("old", name)), found.get(("new", name))) for name in names}
    return {name: (before, after) for name, (before, after) in both.items() if before != after}


def _side(con: duckdb.DuckDBPyConnection, path: Path, name: str) -> Side:
    return Side(path=path, sha256=files.sha256_of(path), run_id=_run_of(con, name))


def _run_of(con: duckdb.DuckDBPyConnection, name: str) -> str | None:
    """The run that published a file; the moments in its log tell less, because a clock may be set back."""
    ((run_id,),) = con.execute(f"SELECT max(run_id) FROM {name}.sources").fetchall()
    return run_id if run_id is None else str(run_id)


def _backwards(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether the second file is the older one: the first one knows its run, and not the other way round."""
    old, new = (_run_of(con, name) for name in ("old", "new"))
    query = "SELECT ? IN (SELECT run_id FROM old.runs) AND ? NOT IN (SELECT run_id FROM new.runs)"
    ((answer,),) = con.execute(query, [new, old]).fetchall()
    return bool(answer)


def _require_warehouse(path: Path) -> None:
    with files.machine_errors(path):
        problem = _why_no_warehouse(path)
    if problem:
        raise InputError(
            "Ce n'est pas un entrepôt d'Alliage.",
            where=Where(file=str(path)),
            found=problem,
            expected="un fichier publié par alliage run, ou une version qu'il a conservée",
            next_step="vérifier le chemin ; alliage versions montre les versions conservées",
        )


def _why_no_warehouse(path: Path) -> str | None:
    if not path.exists():
        return "aucun fichier à cet endroit"
    if not path.is_file():
        return "un dossier"
    try:
        with database.connect(path, read_only=True) as con:
            names = con.execute(
                "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main'"
            ).fetchall()
    except duckdb.Error as error:
        if not files.is_damage(error):
            raise
        return "un fichier qui n'est pas une base DuckDB, ou une base abîmée"
    missing = _NEEDED - {name for (name,) in names}
    return f"une base DuckDB sans table {', '.join(sorted(missing))}" if missing else None


def _models(con: duckdb.DuckDBPyConnection, query: str, model: type[Model]) -> list[Model]:
    names = list(model.model_fields)
    return [model(**dict(zip(names, row, strict=True))) for row in con.execute(query).fetchall()]
