"""The run log: one JSON line a run in `<state>/runs.jsonl`, and the public table made from it."""

import json
import secrets
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, Literal

import duckdb
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    ValidationError,
    model_serializer,
)

from transforms.errors import InputError, Where
from transforms.report import StageReport
from transforms.warehouse import database, files
from transforms.warehouse.tables import literal, public_table

LOG = "runs.jsonl"
# The verdicts of what analysts have read; nothing that comes later takes them back.
IN_SERVICE = frozenset({"published", "restored"})


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


Moment = Annotated[datetime, AfterValidator(_utc)]


class RunInput(BaseModel):
    """One export that a run read; keys that a later version of the program wrote are left aside.

    Where the file was written anew to erase a person, `sha256` is its fingerprint since, and
    `received_sha256` that of the file as the cluster had sent it.
    """

    model_config = ConfigDict(frozen=True)

    source: str
    file: str
    sha256: str
    export_date: date | None = None
    records: int
    received_sha256: str | None = None

    @model_serializer(mode="wrap")
    def _without_what_is_not_so(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        said: dict[str, Any] = handler(self)
        return {name: value for name, value in said.items() if name != "received_sha256" or value}


class RunRecord(BaseModel):
    """One run as the log and the public table `runs` keep it; moments are UTC, written without a zone.

    Keys that a later version of the program wrote are left aside here and stay in the log.
    """

    model_config = ConfigDict(frozen=True)

    run_id: str
    started_at: Moment
    ended_at: Moment
    verdict: Literal["published", "refused", "failed", "restored"]
    inputs: tuple[RunInput, ...] = ()
    counts: dict[str, int] = {}
    code_version: str = Field(default_factory=lambda: version("alliage"))
    parameters: str = "{}"
    gates_overridden: tuple[str, ...] = ()
    message: str | None = None


def run_id_at(moment: datetime) -> str:
    """A new id of a run that starts at `moment` (UTC), e.g. `20260105T041500-0a1b2c`."""
    return f"{moment:%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"


def counts_of(reports: Iterable[StageReport]) -> dict[str, int]:
    """Every count of the stages under one name each: `<stage>.rows_in`, `<stage>.<count>` and so on."""
    return {
        f"{report.stage}.{name}": number
        for report in reports
        for name, number in (
            ("rows_in", report.rows_in),
            ("rows_out", report.rows_out),
            ("rejected", report.rejected),
            ("ignored", report.ignored),
            *report.counts.items(),
        )
    }


def inputs_of(build: Path) -> tuple[RunInput, ...]:
    """The exports that the run with this build database read; none if it did not get that far."""
    if not build.exists():
        return ()
    with database.connect(build, read_only=True) as con:
        try:
            return read_inputs(con)
        except duckdb.CatalogException:
            return ()


def read_inputs(con: duckdb.DuckDBPyConnection, *, build: str = "") -> tuple[RunInput, ...]:
    """The exports that the run read; `build` prefixes its tables where it is attached."""
    names = [name for name in RunInput.model_fields if name != "received_sha256"]
    rows = con.execute(f"SELECT {', '.join(names)} FROM {build}raw.sources ORDER BY source").fetchall()
    inputs = (RunInput(**dict(zip(names, row, strict=True))) for row in rows)
    received = _received(con, build)
    return tuple(one.model_copy(update={"received_sha256": received.get(one.source)}) for one in inputs)


def _received(con: duckdb.DuckDBPyConnection, build: str) -> dict[str, str]:
    """Of exports from which a person was erased before they were read, the fingerprint as received."""
    database = f"'{build.removesuffix('.')}'" if build else "current_database()"
    made = con.execute(
        f"SELECT 1 FROM duckdb_tables() WHERE database_name = {database} AND schema_name = 'raw' "
        "AND table_name = 'erased'"
    ).fetchall()
    query = f"SELECT source, received_sha256 FROM {build}raw.erased"
    return dict(con.execute(query).fetchall()) if made else {}


def read_runs(state: Path) -> list[dict[str, Any]]:
    """The log as it stands, oldest first.

    Raises:
        InputError: a line is not a run record; it names the line.
    """
    return [run for _, run in _lines(state / LOG)]


def append_run(state: Path, record: RunRecord) -> None:
    """Add `record` to the log; a line of the same run is replaced, so that repeating this changes nothing.

    What was published or put back stays so, whatever fails after it.

    Raises:
        InputError: the log is damaged.
        MachineError: the log cannot be written; it is as it was.
    """
    with files.machine_errors(state / LOG):
        state.mkdir(parents=True, exist_ok=True)
        if record.verdict not in IN_SERVICE and in_service(state, record.run_id):
            return
        kept = [line for line, run in _lines(state / LOG) if run["run_id"] != record.run_id]
        files.write_text(state / LOG, "\n".join([*kept, record.model_dump_json()]) + "\n")


def rewrite_runs(state: Path, changed: Callable[[RunInput], RunInput]) -> None:
    """Tell the inputs of all runs anew; a line in which none changes stays as it is, byte for byte.

    Raises:
        InputError: the log is damaged.
    """
    lines = _lines(state / LOG)
    after = [_with_inputs(line, run, changed) for line, run in lines]
    if after != [line for line, _ in lines]:
        files.write_text(state / LOG, "\n".join(after) + "\n")


def _with_inputs(line: str, run: dict[str, Any], changed: Callable[[RunInput], RunInput]) -> str:
    before = [RunInput.model_validate(one) for one in run.get("inputs", ())]
    after = [changed(one) for one in before]
    if after == before:
        return line
    told = [old | new.model_dump(mode="json") for old, new in zip(run["inputs"], after, strict=True)]
    return json.dumps(run | {"inputs": told}, ensure_ascii=False, separators=(",", ":"))


def in_service(state: Path, run_id: str) -> bool:
    """Whether the log says that the run was published or put back.

    Raises:
        InputError: the log is damaged.
    """
    return any(run["run_id"] == run_id and run["verdict"] in IN_SERVICE for run in read_runs(state))


def _lines(path: Path) -> list[tuple[str, dict[str, Any]]]:
    lines = path.read_bytes().split(b"\n") if path.exists() else []
    return [_parsed(path, number, line) for number, line in enumerate(lines, start=1) if line.strip()]


def _parsed(path: Path, number: int, line: bytes) -> tuple[str, dict[str, Any]]:
    """One line as it stands and read, if it is a run record in every field."""
    try:
        text = line.decode("utf-8")
        run: dict[str, Any] = json.loads(text)
        RunRecord.model_validate_json(text, strict=True)
    except ValueError as error:
        raise InputError(
            "Le journal des exécutions est illisible.",
            where=Where(file=str(path), line=number),
            found=_damage(error),
            expected="un objet JSON par ligne, tel qu'Alliage l'écrit, en UTF-8",
            next_step="corriger ou retirer cette ligne, puis relancer",
        ) from error
    return text, run


def _damage(error: ValueError) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "un octet qui n'est pas de l'UTF-8"
    if isinstance(error, ValidationError):
        fields = {".".join(map(str, problem["loc"])) for problem in error.errors()}
        return f"champs absents ou mal remplis : {', '.join(sorted(fields))}"
    return "une ligne qui n'est pas du JSON"


def relation(logs: Iterable[Path], current: str) -> str:
    """A query over run logs for the public table `runs`; of the run `current`, the row of the last log.

    DuckDB reads the JSON itself, with the types of the table's definition.
    """
    types = ", ".join(f"'{column.name}': {literal(column.type)}" for column in public_table("runs").columns)
    *older, newest = (
        f"SELECT * FROM read_json({literal(str(path))}, format = 'newline_delimited', columns = {{{types}}})"
        for path in logs
    )
    earlier = "".join(f"\nUNION ALL\n{query} WHERE run_id <> {literal(current)}" for query in older)
    return f"({newest}{earlier})"
