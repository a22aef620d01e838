"""Laws of the history: whatever is published, put back and published again, each moment can be read again."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import duckdb
import pytest
import warehouse_builds as builds
from hypothesis import given, settings
from hypothesis import strategies as st
from warehouse_faults import interrupted
from warehouse_versions import publish, put_back

from transforms.errors import InputError
from transforms.warehouse import history, history_file, screen, tables
from transforms.warehouse.macros import create_macros
from transforms.warehouse.stage import PublishParameters
from transforms.warehouse.swap import sweep

SOURCES = ("clustr", "numelink")
START = datetime(2026, 1, 5, 4, 15)
FOLLOWS = "date de l'export"
Rows = list[tuple[Any, ...]]
Grouping = dict[tuple[str, str], str]
RELATIONS = {
    "companies": "build.golden.companies",
    "memberships": "build.golden.memberships",
    "company_aliases": "build.golden.company_aliases",
    "sources": "build.raw.sources",
}
QUIET: builds.Row = {"name": "Lumen", "is_sole_trader": False, "jobs_source": None, "jobs_as_of": None}

RECORDS = st.dictionaries(
    st.tuples(st.sampled_from(SOURCES), st.sampled_from("123")), st.sampled_from("ABC"), min_size=1
)
COMPANY = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["Lumen", "Cyan"]),
        "is_sole_trader": st.booleans(),
        "city": st.sampled_from([None, "Lyon", "Vichy"]),
        "jobs": st.sampled_from([None, 4.0, 14.5]),
        "jobs_source": st.sampled_from([None, *SOURCES]),
        "jobs_as_of": st.sampled_from([None, "export", date(2025, 12, 31)]),
    }
)
PUBLICATION = st.tuples(RECORDS, st.fixed_dictionaries(dict.fromkeys("ABC", COMPANY)), st.integers(0, 2))
# A number puts back one of the publications before; where there is none yet, nothing happens.
STEPS = st.lists(st.one_of(PUBLICATION, st.integers(0, 3)), min_size=2, max_size=5)


class Life:
    """An installation whose publications enter the history without the rest of a warehouse."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.log: list[tuple[str, datetime, str, str]] = []
        self.published: dict[str, Rows] = {}
        self.served: list[Rows] = []

    def live(self, step: Any) -> None:
        """Publish, or put back one of the publications before."""
        if isinstance(step, tuple):
            self.publish(*step)
        elif self.published:
            run_id = list(self.published)[step % len(self.published)]
            self.next_run("restored", json.dumps({"version": run_id}))
            self.served.append(self.published[run_id])

    def publish(self, records: Grouping, companies: dict[str, builds.Row], day: int) -> None:
        run_id = self.next_run("published")
        with in_memory(records, companies, day) as con:
            con.execute("CREATE TABLE log (run_id TEXT, ended_at TIMESTAMP, verdict TEXT, parameters TEXT)")
            con.executemany("INSERT INTO log VALUES (?, ?, ?, ?)", self.log)
            staged = self.state / "next"
            staged.mkdir()
            with history_file.opened(con, self.state, staged, "v1.2.0") as known:
                history.advance(con, told=known, relations=RELATIONS, log="memory.main.log", run_id=run_id)
            (staged / history_file.FILE).replace(self.state / history_file.FILE)
            staged.rmdir()
            rows = con.execute("FROM build.golden.companies ORDER BY company_id").fetchall()
        self.published[run_id] = rows
        self.served.append(rows)

    def next_run(self, verdict: str, parameters: str = "{}") -> str:
        run_id = f"r{len(self.log)}"
        self.log.append((run_id, START + timedelta(days=len(self.log)), verdict, parameters))
        return run_id

    @contextmanager
    def read(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """The history as a published file would have it."""
        with duckdb.connect() as con:
            con.execute(f"ATTACH '{self.state / history_file.FILE}' AS past (READ_ONLY)")
            for name in history_file.TABLES:
                con.execute(f"CREATE TABLE {name} AS FROM past.{name}")
            create_macros(con)
            yield con


def in_memory(records: Grouping, companies: dict[str, builds.Row], day: int) -> duckdb.DuckDBPyConnection:
    """A connection as a publication has it, with what the history reads of a build."""
    con = duckdb.connect()
    screen.prepare(con)
    con.execute("ATTACH ':memory:' AS build; USE build")
    exports = {"clustr": date(2026, 1, 1 + day), "numelink": date(2026, 2, 1)}
    members = [builds.member(source, number, held) for (source, number), held in records.items()]
    golden = [
        builds._company(name, {**about, "jobs_as_of": as_of(about, exports)}, members, SOURCES)
        for name, about in companies.items()
        if name in records.values()
    ]
    rows: tuple[tuple[tables.Table, Any], ...] = (
        (tables.build_table("raw.contracts"), [{"source": name, "priority": 1} for name in SOURCES]),
        (
            tables.build_table("raw.sources"),
            [{**builds.source(name, 1), "export_date": exports[name]} for name in SOURCES],
        ),
        (tables.public_table("companies", schema="golden", sources=SOURCES), golden),
        (tables.public_table("memberships", schema="golden"), members),
        (tables.public_table("company_aliases", schema="golden"), []),
    )
    for table, given_rows in rows:
        tables.write(con, table, builds.filled(table, given_rows))
    con.execute("USE memory.main")
    return con


def as_of(about: builds.Row, exports: dict[str, date]) -> date | None:
    if about["jobs_as_of"] == "export":
        return exports.get(about["jobs_source"])
    return cast("date | None", about["jobs_as_of"])


def lived(steps: list[Any], folder: str) -> Life:
    life = Life(Path(folder))
    for step in steps:
        life.live(step)
    # What was put back enters the history with the next publication.
    life.live(({("clustr", "1"): "A"}, dict.fromkeys("ABC", QUIET), 0))
    return life


@settings(max_examples=8)
@given(steps=STEPS)
def test_every_moment_reads_as_it_was_published(steps: list[Any]) -> None:
    with TemporaryDirectory() as folder:
        life = lived(steps, folder)
        with life.read() as con:
            moments = con.execute("SELECT published_at FROM publications ORDER BY ALL").fetchall()
            assert len(moments) == len(life.served)
            before: Rows = []
            for (moment,), expected in zip(moments, life.served, strict=True):
                just_before = moment - timedelta(microseconds=1)
                assert con.execute("FROM companies_as_of(?)", [just_before]).fetchall() == before
                assert con.execute("FROM companies_as_of(?)", [moment]).fetchall() == expected
                assert con.execute("FROM companies_as_of(?)", [moment.date()]).fetchall() == expected
                before = expected


@settings(max_examples=8)
@given(steps=STEPS)
def test_the_changes_lead_from_each_moment_to_the_last(steps: list[Any]) -> None:
    with TemporaryDirectory() as folder:
        life = lived(steps, folder)
        with life.read() as con:
            moments = [one for (one,) in con.execute("SELECT published_at FROM publications").fetchall()]
            last = texts(con, max(moments))
            for moment in moments:
                found = texts(con, moment)
                query = "SELECT * EXCLUDE (change_no, run_id, name) FROM changes_since(?)"
                for at, kind, company, _, field, old, new in con.execute(query, [moment]).fetchall():
                    if kind in ("joined", "split"):
                        assert company not in found
                        found[company] = texts(con, at)[company]
                    elif kind in ("left", "merged"):
                        del found[company]
                    elif new != "…" != old:
                        assert found[company][field] == old
                        found[company][field] = new
                assert without_persons(found) == without_persons(last)


def texts(con: duckdb.DuckDBPyConnection, moment: datetime) -> dict[str, dict[str, str | None]]:
    """The companies at `moment` in the words of the changes."""
    exports = con.execute(
        "SELECT exports FROM publications WHERE published_at <= ? ORDER BY published_at DESC LIMIT 1",
        [moment],
    ).fetchall()[0][0]
    rows = con.execute("SELECT COLUMNS(*)::VARCHAR FROM companies_as_of(?)", [moment])
    names = [name for name, *_ in rows.description]
    found = {row[0]: dict(zip(names[1:], row[1:], strict=True)) for row in rows.fetchall()}
    for about in found.values():
        if about["jobs_as_of"] and about["jobs_as_of"] == str(exports.get(about["jobs_source"])):
            about["jobs_as_of"] = FOLLOWS
    return found


def without_persons(found: dict[str, dict[str, str | None]]) -> dict[str, dict[str, str | None]]:
    """Names are left aside, which the changes do not tell of a person."""
    return {company: {**about, "name": None} for company, about in found.items()}


def test_an_identical_publication_adds_nothing_but_itself(build: Path, tmp_path: Path) -> None:
    counts = [table_rows(publish(build, tmp_path, run_id)) for run_id in ("r1", "r2", "r3")]
    assert [one.pop("publications") for one in counts] == [1, 2, 3]
    assert counts[0] == counts[1] == counts[2]


def test_the_first_publication_is_no_change(build: Path, tmp_path: Path) -> None:
    parameters = publish(build, tmp_path, "r1")
    assert rows(parameters, "FROM changes") == []
    assert rows(parameters, "SELECT COLUMNS('^n_') FROM publications") == [(None,) * 5]
    assert rows(parameters, "SELECT count(*) FROM companies_as_of('2000-01-01')") == [(0,)]


def test_a_newer_export_that_says_the_same_is_no_change(tmp_path: Path) -> None:
    """The day of a figure follows its export, unless the file tells the year."""
    for day in (2, 9):
        sources = [{**one, "export_date": date(2026, 1, day)} for one in builds.SOURCES]
        dated = {"jobs": 4.0, "jobs_source": "clustr", "jobs_as_of": date(2026, 1, day)}
        companies = {name: {**about, **dated} for name, about in builds.COMPANIES.items()}
        companies["C2"] = {**companies["C2"], "jobs_as_of": date(2025, 12, 31)}
        path = builds.write_build(tmp_path / f"{day}.duckdb", sources=sources, companies=companies)
        parameters = publish(path, tmp_path, f"r{day}")
    assert rows(parameters, "FROM changes") == []
    (first,), (second,) = rows(parameters, "SELECT published_at FROM publications")
    query = "SELECT company_id, day(jobs_as_of) FROM companies_as_of(?::TIMESTAMP)"
    assert rows(parameters, query, first) == [("C1", 2), ("C2", 31), ("C3", 2)]
    assert rows(parameters, query, second) == [("C1", 9), ("C2", 31), ("C3", 9)]


def test_history_survives_the_loss_of_the_warehouse(build: Path, tmp_path: Path) -> None:
    publish(build, tmp_path, "r1")
    shutil.rmtree(tmp_path / "clean")
    parameters = publish(build, tmp_path, "r2")
    assert rows(parameters, "SELECT run_id FROM publications") == [("r1",), ("r2",)]
    assert rows(parameters, "SELECT DISTINCT from_run_id FROM companies_history") == [("r1",)]


def test_history_begins_anew_without_the_state(build: Path, tmp_path: Path) -> None:
    publish(build, tmp_path, "r1")
    (tmp_path / "state" / history_file.FILE).unlink()
    assert rows(publish(build, tmp_path, "r2"), "SELECT run_id FROM publications") == [("r2",)]


@pytest.mark.parametrize(("swapped", "runs"), [(True, ["r1", "r2", "r3"]), (False, ["r1", "r3"])])
def test_an_interrupted_publication_is_in_the_history_if_it_was_swapped(
    swapped: bool, runs: list[str], build: Path, tmp_path: Path
) -> None:
    parameters = interrupted(build, tmp_path, swapped=swapped)
    sweep(parameters.warehouse, parameters.state)
    parameters = publish(build, tmp_path, "r3")
    assert [run for (run,) in rows(parameters, "SELECT run_id FROM publications")] == runs


def test_a_clock_that_was_set_back_keeps_the_order(build: Path, tmp_path: Path) -> None:
    parameters = publish(build, tmp_path, "r1")
    ahead = "UPDATE publications SET published_at = '2999-01-01'"
    with duckdb.connect(str(parameters.state / history_file.FILE)) as con:
        con.execute(ahead)
    publish(build, tmp_path, "r2")
    found = rows(parameters, "SELECT run_id, published_at FROM publications")
    assert found == [("r1", datetime(2999, 1, 1)), ("r2", datetime(2999, 1, 1, microsecond=1))]


def test_a_column_of_later_days_is_no_change(build: Path, tmp_path: Path) -> None:
    parameters = publish(build, tmp_path, "r1")
    with duckdb.connect(str(parameters.state / history_file.FILE)) as con:
        con.execute("ALTER TABLE companies_history DROP COLUMN name")
        con.execute("UPDATE form SET fingerprint = 'that of fewer columns'")
    publish(build, tmp_path, "r2")
    assert rows(parameters, "FROM changes") == []
    assert rows(parameters, "FROM companies_as_of('2999-01-01') EXCEPT FROM companies") == []
    assert rows(parameters, "SELECT count(*) FROM companies_history") == [(6,)]


def test_a_contract_that_is_missing_once_takes_nothing_of_the_past_with_it(
    build: Path, tmp_path: Path
) -> None:
    alone = builds.write_build(
        tmp_path / "alone.duckdb",
        sources=builds.SOURCES[:1],
        members=builds.MEMBERS[:2],
        companies={name: builds.COMPANIES[name] for name in ("C1", "C2")},
    )
    publish(build, tmp_path, "r1")
    parameters = publish(alone, tmp_path, "r2")
    query = "SELECT column_name FROM (DESCRIBE companies_history) WHERE starts_with(column_name, 'in_')"
    assert rows(parameters, query) == [("in_clustr",)]
    publish(build, tmp_path, "r3")
    first, _, last = (one for (one,) in rows(parameters, "SELECT published_at FROM publications"))
    query = "SELECT company_id, in_numelink FROM companies_as_of(?::TIMESTAMP)"
    served = [("C1", True), ("C2", False), ("C3", True)]
    assert rows(parameters, query, first) == rows(parameters, query, last) == served
    # That a column is there again is no change.
    assert rows(parameters, "FROM changes WHERE field = 'in_numelink'") == []


def test_what_would_be_masked_today_is_masked_in_the_past(build: Path, tmp_path: Path) -> None:
    parameters = publish(build, tmp_path, "r1")
    with duckdb.connect(str(parameters.state / history_file.FILE)) as con:
        con.execute(
            "UPDATE companies_history SET trade_name = 'Lumen, 04 65 71 00 02', valid_to = '2026-01-01'"
        )
        con.execute("UPDATE form SET fingerprint = 'that of other masks'")
    publish(build, tmp_path, "r2")
    assert rows(
        parameters, "SELECT DISTINCT trade_name FROM companies_history WHERE valid_to IS NOT NULL"
    ) == [("Lumen, …",)]


@pytest.mark.parametrize("damage", ["spoilt", "no table"])
def test_a_damaged_history_is_told_and_nothing_is_published(damage: str, build: Path, tmp_path: Path) -> None:
    parameters = publish(build, tmp_path, "r1")
    path = parameters.state / history_file.FILE
    if damage == "spoilt":
        path.write_bytes(b"x" * 9000)
    else:
        with duckdb.connect(str(path)) as con:
            con.execute("DROP TABLE changes")
    with pytest.raises(InputError, match="historique") as refused:
        publish(build, tmp_path, "r2")
    assert refused.value.where is not None
    assert refused.value.where.file == str(path)
    assert rows(parameters, "SELECT run_id FROM publications") == [("r1",)]


def test_a_version_that_is_put_back_is_a_publication_of_its_own(build: Path, tmp_path: Path) -> None:
    fewer = builds.write_build(
        tmp_path / "fewer.duckdb",
        members=builds.MEMBERS[:3],
        companies={name: builds.COMPANIES[name] for name in ("C1", "C2")},
    )
    publish(build, tmp_path, "r1")
    parameters = publish(fewer, tmp_path, "r2")
    put_back(parameters, "r1", "r3")
    assert rows(parameters, "SELECT run_id FROM publications") == [("r1",)]
    publish(fewer, tmp_path, "r4")
    told = rows(parameters, "SELECT run_id, restored_run_id, n_joined, n_left FROM publications")
    assert told == [("r1", None, None, None), ("r2", None, 0, 1), ("r3", "r1", 1, 0), ("r4", None, 0, 1)]
    fates = rows(parameters, "SELECT run_id, kind, company_id FROM changes")
    assert fates == [("r2", "left", "C3"), ("r3", "joined", "C3"), ("r4", "left", "C3")]
    assert rows(
        parameters, "SELECT from_run_id, to_run_id FROM companies_history WHERE company_id = 'C3'"
    ) == [
        ("r1", "r2"),
        ("r3", "r4"),
    ]


def test_what_is_put_back_from_before_the_history_is_left_aside(build: Path, tmp_path: Path) -> None:
    publish(build, tmp_path, "r1")
    (tmp_path / "state" / history_file.FILE).unlink()
    parameters = publish(build, tmp_path, "r2")
    put_back(parameters, "r1", "r3")
    publish(build, tmp_path, "r4")
    assert rows(parameters, "SELECT run_id FROM publications") == [("r2",), ("r4",)]


def table_rows(parameters: PublishParameters) -> dict[str, int]:
    return {name: rows(parameters, f"SELECT count(*) FROM {name}")[0][0] for name in history_file.TABLES}


def rows(parameters: PublishParameters, query: str, *values: object) -> Rows:
    with duckdb.connect(str(parameters.warehouse), read_only=True) as con:
        return con.execute(query, list(values)).fetchall()
