"""What must outlive a warehouse: register of company ids, aliases and run log, staged then completed.

The files are written into `<state>/.next-<run_id>/` before the warehouse is swapped and renamed after. A
crash at any moment leaves a state that belongs to the published warehouse or can be completed until it does.
"""

from pathlib import Path

import duckdb

from transforms.warehouse import files
from transforms.warehouse.runs import RunRecord, append_run
from transforms.warehouse.tables import literal

RUN = "run.json"
TARGET = "warehouse.txt"
REGISTER = "company_ids.csv"
ALIASES = "company_aliases.csv"

_FILES = {
    REGISTER: """
        SELECT source, member_id, company_id, first_run, last_run
        FROM build.golden.register
        ORDER BY source, member_id
    """,
    ALIASES: """
        SELECT retired_id, company_id, run_id, reason
        FROM build.golden.company_aliases
        ORDER BY retired_id
    """,
}


def stage_target(warehouse: Path, folder: Path) -> None:
    """Write into the staged `folder`, before anything else, which warehouse it belongs to."""
    files.write_text(folder / TARGET, f"{warehouse}\n")


def staged_target(folder: Path) -> Path | None:
    """The warehouse that the staged `folder` belongs to; None if nothing was staged yet."""
    path = folder / TARGET
    return Path(path.read_text(encoding="utf-8").removesuffix("\n")) if path.exists() else None


def stage_run(record: RunRecord, folder: Path) -> Path:
    """Write this run's line of the log into the staged `folder`; returns its path."""
    path = folder / RUN
    files.write_text(path, record.model_dump_json() + "\n")
    return path


def stage_register(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write register and aliases of the attached `build` into `folder`.

    The files are CSV: UTF-8, comma, LF, header, ordered by key.
    """
    for name, query in _FILES.items():
        con.execute(f"COPY ({query}) TO {literal(str(folder / name))} (FORMAT csv, HEADER, DELIMITER ',')")
        files.fsync(folder / name)
    files.fsync(folder)


def complete(folder: Path, state: Path) -> None:
    """Make the staged `folder` the state; it may be called again after a crash in the middle of it."""
    for name in _FILES:
        if (folder / name).exists():
            (folder / name).replace(state / name)
    files.fsync(state)
    if (folder / RUN).exists():
        append_run(state, RunRecord.model_validate_json((folder / RUN).read_text(encoding="utf-8")))
    files.remove(folder)
    files.fsync(state)
