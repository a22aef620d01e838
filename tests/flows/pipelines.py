"""A whole run without Prefect, which starts too slowly for every test, and what it published as frames."""

import fcntl
import hashlib
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.sample import Sample, exports
from expectations import stage as quality
from flows.outcome import Outcome, TimedReport, timed
from flows.parameters import MergeParameters
from flows.progress import teller
from flows.runs import begun
from transforms.clearance import stage as clearance
from transforms.continuity import stage as continuity
from transforms.gates import Gate
from transforms.golden import stage as golden
from transforms.matching import stage as matching
from transforms.sources import stage as sources
from transforms.standardise import stage as standard
from transforms.warehouse import stage as warehouse
from transforms.warehouse.database import connect

MEMBERS = Path(__file__).parents[3] / "shared" / "data" / "members"
"""Labelled exports of the members themselves, which the repository does not hold."""

Stage = Callable[[Path, Any], TimedReport]
Spoil = Callable[[Path], None]

# Published tables that grow with every run, and columns that name a run or its moment.
RUN_TABLES = frozenset({"runs", "publications", "objective_history"})
RUN_COLUMNS = ("run_id", "from_run_id", "to_run_id", "valid_from", "valid_to", "changed_at")


@dataclass(frozen=True)
class Places:
    """Where one installation has its exports, its warehouse and its state."""

    root: Path

    @property
    def raw(self) -> Path:
        return self.root / "raw"

    @property
    def warehouse(self) -> Path:
        return self.root / "clean" / "warehouse.duckdb"

    @property
    def state(self) -> Path:
        return self.root / "state"

    @property
    def build(self) -> Path:
        """A copy of the last run's build database, which the run itself deletes."""
        return self.root / "build.duckdb"

    def twin(self, root: Path) -> "Places":
        """Another installation with the same exports and no state."""
        shutil.copytree(self.raw, root / "raw")
        return Places(root)


@dataclass(frozen=True)
class _Silent:
    entering: Callable[[str], None] | None

    def doing(self, what: str) -> AbstractContextManager[object]:
        if self.entering is not None:
            self.entering(what)
        return nullcontext()

    def done(self, line: str) -> None:
        pass


def installed(root: Path, sample: Sample) -> Places:
    """An installation with the exports of `sample`, never run."""
    places = Places(root)
    exports.write(sample, places.raw, root / "truth.csv")
    return places


def installed_members(root: Path, name: str) -> Places:
    """An installation with one pair of the exports in `MEMBERS`, never run."""
    places = Places(root)
    for source, file in (("clustr", "clustr_adherents.csv"), ("numelink", "numelink_adherents.xlsx")):
        (places.raw / source).mkdir(parents=True)
        (places.raw / source / file).write_bytes((MEMBERS / name / file).read_bytes())
    return places


def run_all(
    places: Places,
    *,
    contracts: Path | None = None,
    spoil: Spoil | None = None,
    force: Iterable[Gate] = (),
    now: datetime | None = None,
    entering: Callable[[str], None] | None = None,
) -> Outcome:
    """Walk through all doors as the flow does.

    Args:
        places: where to read and write.
        contracts: folder of the sources' contracts, if not the project's own.
        spoil: what befalls the build database before its quality is judged.
        force: gates to lift.
        now: when the exports are compared with the last publication, if not now.
        entering: is told each stage before it begins.
    """
    parameters = MergeParameters(
        raw=places.raw, warehouse=places.warehouse, state=places.state, force=frozenset(force)
    )
    with _silence(entering), begun(parameters) as run:
        run.take_decisions()
        intake = run.for_intake()
        if contracts is not None:
            intake = intake.model_copy(update={"contracts": contracts})
        run.do("intake", _timed(sources.run), intake)
        run.do("standardise", _timed(standard.run), run.for_standardise())
        compared = run.for_continuity()
        if now is not None:
            compared = compared.model_copy(update={"started_at": now})
        run.do("continuity", _timed(continuity.run), compared)
        run.do("match", _timed(matching.run), run.for_match())
        run.do("golden", _timed(golden.run), run.for_golden())
        if spoil is not None:
            spoil(run.build)
        run.do("validate", _timed(quality.run), run.for_validate())
        run.do("clearance", _timed(clearance.run), run.for_clearance())
        run.do("publish", _timed(warehouse.run), run.for_publish())
        shutil.copy(run.build, places.build)
    return run.outcome("published")


def groups_of(raw: Path, root: Path) -> pd.DataFrame:
    """The stages up to the groups of records (source, member_id, group_id) for the exports in `raw`."""
    root.mkdir(parents=True, exist_ok=True)
    build = root / "build.duckdb"
    sources.run(build, sources.IntakeParameters(raw=raw))
    standard.run(build, standard.StandardiseParameters())
    continuity.run(build, continuity.ContinuityParameters(state=root / "state", started_at=datetime.now(UTC)))
    matching.run(build, matching.MatchParameters(state=root / "state"))
    return query(build, "SELECT source, member_id, group_id FROM matching.groups")


def query(database: Path, sql: str, *values: object) -> pd.DataFrame:
    """The rows of a query on a database that nobody writes."""
    with connect(database, read_only=True) as con:
        return con.execute(sql, list(values)).df()


def rows(database: Path, sql: str, *values: object) -> list[tuple[Any, ...]]:
    """The rows of a query as Python values."""
    with connect(database, read_only=True) as con:
        return con.execute(sql, list(values)).fetchall()


def fingerprints(places: Places) -> dict[str, str]:
    """The sha256 of every published file and every file of the state, the run log apart."""
    published = [path for path in places.warehouse.parent.glob("*") if path.is_file()]
    state = [path for path in places.state.rglob("*") if path.is_file() and path.name != "runs.jsonl"]
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in [*published, *state]
        if not path.name.startswith(".build-") and path.suffix != ".lock"
    }


def table(places: Places, name: str, *, without: tuple[str, ...] = ()) -> list[tuple[Any, ...]]:
    """A published table in its own order, apart from some columns."""
    columns = f"* EXCLUDE ({', '.join(without)})" if without else "*"
    return rows(places.warehouse, f"SELECT {columns} FROM {name}")


def table_names(places: Places) -> list[str]:
    """The published tables."""
    names = rows(places.warehouse, "SELECT table_name FROM duckdb_tables() ORDER BY table_name")
    return [name for (name,) in names]


def pair_to_judge(places: Places) -> dict[str, str]:
    """The ends of a pair of single records that nothing but a steward's word puts together."""
    ends = ("left_source", "left_member_id", "right_source", "right_member_id")
    query = f"""
        SELECT {", ".join(ends)}
        FROM match_pairs
        JOIN memberships AS l ON (l.source, l.member_id) = (left_source, left_member_id)
        JOIN memberships AS r ON (r.source, r.member_id) = (right_source, right_member_id)
        JOIN companies AS lc ON lc.company_id = l.company_id
        JOIN companies AS rc ON rc.company_id = r.company_id
        WHERE lc.n_records = 1 AND rc.n_records = 1 AND l.source <> r.source
            AND (lc.siren IS NULL OR rc.siren IS NULL)
        ORDER BY match_pairs.probability DESC, left_source, left_member_id, right_source, right_member_id
        LIMIT 1
    """
    (pair,) = rows(places.warehouse, query)
    return dict(zip(ends, pair, strict=True))


def company_ids(places: Places) -> dict[tuple[str, str], str]:
    """The company of each record, by source and member id."""
    found = rows(places.warehouse, "SELECT source, member_id, company_id FROM memberships")
    return {(source, member_id): company_id for source, member_id, company_id in found}


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """One process of a parallel test run at a time."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def _silence(entering: Callable[[str], None] | None) -> Iterator[None]:
    token = teller.set(partial(_Silent, entering))
    try:
        yield
    finally:
        teller.reset(token)


def _timed(stage: Callable[..., Any]) -> Stage:
    return partial(timed, stage)
