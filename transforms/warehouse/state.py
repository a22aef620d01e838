"""What must outlive a warehouse: register of company ids, aliases, history, run log; staged, then completed.

The files are written into `<state>/.next-<run_id>/` before the warehouse is swapped and renamed after. A
crash at any moment leaves a state that belongs to the published warehouse or can be completed until it does.

Putting an earlier version back adds a line to the run log and changes nothing else here: ids once given stay
taken, retired ids lead on, and decisions are never rewound.
"""

from pathlib import Path

import duckdb
from pydantic import BaseModel, ConfigDict

from transforms.warehouse import database, files, history_file
from transforms.warehouse.register import ALIASES_FILE, KEY_FILE, REGISTER_FILE, inert_columns
from transforms.warehouse.runs import RunRecord, append_run
from transforms.warehouse.tables import literal

RUN = "run.json"
TARGET = "warehouse.txt"
RESTORED = "restored.json"

_FILES = {
    REGISTER_FILE: f"""
        SELECT {inert_columns()}
        FROM build.golden.register
        ORDER BY source, member_id, first_run
    """,
    ALIASES_FILE: """
        SELECT retired_id, company_id, run_id, reason
        FROM build.golden.company_aliases
        ORDER BY retired_id
    """,
    KEY_FILE: "SELECT fingerprint_key FROM build.continuity.fingerprint_key",
}


class RestoredVersion(BaseModel):
    """The version that a staged state puts back: the run that made it, and the runs that its file knows."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    run_id: str
    runs: int


def stage_target(warehouse: Path, folder: Path) -> None:
    """Write into the staged `folder`, before anything else, which warehouse it belongs to."""
    files.write_text(folder / TARGET, f"{warehouse}\n")


def staged_target(folder: Path) -> Path | None:
    """The warehouse that the staged `folder` belongs to; None if nothing was staged yet."""
    path = folder / TARGET
    return Path(path.read_text(encoding="utf-8").removesuffix("\n")) if path.exists() else None


def stage_restored(version: RestoredVersion, folder: Path) -> None:
    """Write into the staged `folder` that an earlier version is put back, without register and aliases."""
    files.write_text(folder / RESTORED, version.model_dump_json() + "\n")


def staged_restored(folder: Path) -> RestoredVersion | None:
    """The version that the staged `folder` puts back; None if it belongs to a run."""
    path = folder / RESTORED
    return RestoredVersion.model_validate_json(path.read_bytes()) if path.exists() else None


def stage_run(record: RunRecord, folder: Path) -> Path:
    """Write this run's line of the log into the staged `folder`; returns its path."""
    path = folder / RUN
    files.write_text(path, record.model_dump_json() + "\n")
    return path


def stage_register(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write register, aliases and the key of the fingerprints of the attached `build` into `folder`.

    The files are CSV: UTF-8, comma, LF, header, ordered by key; only their owner can read them.
    """
    with database.owner_only():
        for name, query in _FILES.items():
            target = literal(str(folder / name))
            con.execute(f"COPY ({query}) TO {target} (FORMAT csv, HEADER, DELIMITER ',')")
            files.fsync(folder / name)
    files.fsync(folder)


def complete(folder: Path, state: Path) -> None:
    """Make the staged `folder` the state; it may be called again after a crash in the middle of it."""
    for name in (*_FILES, history_file.FILE):
        if (folder / name).exists():
            (folder / name).replace(state / name)
    files.fsync(state)
    if (folder / RUN).exists():
        append_run(state, RunRecord.model_validate_json((folder / RUN).read_text(encoding="utf-8")))
    files.remove_at_once(folder)
    files.fsync(state)
