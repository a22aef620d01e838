"""What must hold of an installation while a publication is interrupted, and after the next run."""

import hashlib
import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd
from pipelines import (
    RUN_COLUMNS,
    RUN_TABLES,
    Places,
    company_ids,
    installed,
    pair_to_judge,
    rows,
    run_all,
    table_names,
)

from benchmarks.sample import Sample, exports
from flows import lock
from transforms.warehouse import beside, versions
from transforms.warehouse.database import connect
from transforms.warehouse.manifest import read_manifest
from transforms.warehouse.publish import table_counts
from transforms.warehouse.register import read_aliases, read_register
from transforms.warehouse.runs import read_runs

Content = dict[str, list[tuple[Any, ...]]]

_RUN_ID = re.compile(r"\d{8}T\d{6}-[0-9a-f]{6}")
# Each counts the breaches of a law.
_LAWS = (
    "SELECT count(*) FROM memberships ANTI JOIN companies USING (company_id)",
    "SELECT count(*) FROM companies ANTI JOIN memberships USING (company_id)",
    "SELECT count(*) FROM lineage ANTI JOIN companies USING (company_id)",
    "SELECT count(*) FROM company_aliases SEMI JOIN companies ON companies.company_id = retired_id",
    "SELECT count(*) FROM companies JOIN (SELECT company_id, count(*) AS n FROM memberships GROUP BY ALL) "
    "USING (company_id) WHERE n <> n_records",
    "SELECT count(*) FROM (FROM companies_as_of('2999-12-31') EXCEPT FROM companies)",
    "SELECT count(*) FROM (FROM companies EXCEPT FROM companies_as_of('2999-12-31'))",
)


def changed(root: Path, sample: Sample) -> Places:
    """An installation that has published, and whose next run has something to change.

    Members have joined and left, and a steward has put two companies together, so one id will be retired.
    """
    earlier = replace(sample, clustr=sample.clustr.iloc[2:])
    places = installed(root, earlier)
    run_all(places)
    exports.write(replace(sample, clustr=sample.clustr.iloc[:-2]), places.raw, root / "truth.csv")
    pair = pair_to_judge(places)
    said = {"decision_id": "D-1", "verdict": "same", "steward": "camomille", "reason": None}
    times = {"decided_at": "2024-01-01T08:00:00+00:00", "revoked_at": None}
    line = json.dumps({**said, **times, **pair})
    (places.state / "decisions.jsonl").write_text(line + "\n", encoding="utf-8")
    return places


@dataclass(frozen=True)
class Expected:
    """What an installation held before a run, and what an undisturbed twin of it holds after it."""

    old: Content
    new: Content
    ids: dict[tuple[str, str], str]
    register: pd.DataFrame
    aliases: pd.DataFrame
    files: set[str]
    decisions: str

    @classmethod
    def of(cls, before: Places, twin: Places) -> "Expected":
        """`before` is about to run, `twin` is the same after the run."""
        found = cls(
            content(before),
            content(twin),
            company_ids(twin),
            register(twin),
            aliases(twin),
            file_names(twin),
            _sha256(before.state / "decisions.jsonl"),
        )
        assert found.old != found.new
        assert len(found.aliases) == 1
        return found


def content(places: Places) -> Content:
    """Every public table but lists of runs, without the columns that name a run or its moment."""
    columns = f"COLUMNS(lambda name: name NOT IN {RUN_COLUMNS})"
    names = [name for name in table_names(places) if name not in RUN_TABLES]
    return {name: rows(places.warehouse, f"SELECT {columns} FROM {name}") for name in names}


def register(places: Places) -> pd.DataFrame:
    """The register of company ids without the runs that it names."""
    return read_register(places.state).drop(columns=["first_run", "last_run", "origin_run"])


def aliases(places: Places) -> pd.DataFrame:
    """The retired ids without the runs that they name."""
    return read_aliases(places.state).drop(columns=["run_id"])


def file_names(places: Places) -> set[str]:
    """Every file and folder beside the warehouse and in the state, whatever the run that names it."""
    found = [path for place in (places.warehouse.parent, places.state) for path in place.rglob("*")]
    return {_RUN_ID.sub("RUN", str(path.relative_to(places.root))) for path in found}


def assert_whole(places: Places, expected: Expected) -> None:
    """What readers and stewards find after a kill: all of the old, or all of the new; and no lock is held."""
    found = content(places)
    assert found in (expected.old, expected.new)
    for law in _LAWS:
        assert rows(places.warehouse, law) == [(0,)], law
    manifest = read_manifest(beside.manifest(places.warehouse))
    assert manifest is not None
    # Until the next run, the manifest may still be that of the publication before.
    assert manifest.run_id == published_run(places) or found == expected.new
    if manifest.run_id == published_run(places):
        assert manifest.warehouse.tables == counts(places)
    assert _sha256(places.state / "decisions.jsonl") == expected.decisions
    assert len(read_register(places.state)) > 0
    assert len(read_aliases(places.state)) <= 1
    assert all(version.damage is None for version in versions.kept(places.warehouse))
    with lock.held(places.warehouse), lock.held_state(places.state):
        pass


def assert_recovers(places: Places, expected: Expected) -> None:
    """A normal run ends as that of the undisturbed twin, and nothing is left of the one that was killed."""
    outcome = run_all(places)
    assert outcome.verdict == "published"
    assert content(places) == expected.new
    assert company_ids(places) == expected.ids
    pd.testing.assert_frame_equal(register(places), expected.register)
    pd.testing.assert_frame_equal(aliases(places), expected.aliases)
    assert _sha256(places.state / "decisions.jsonl") == expected.decisions
    assert file_names(places) == expected.files
    kept = versions.kept(places.warehouse)
    assert [version.run_id for version in kept if version.published] == [outcome.run_id] == [kept[0].run_id]
    assert {version.damage for version in kept} == {None}
    logged = [run["run_id"] for run in read_runs(places.state)]
    assert logged == sorted(set(logged))
    assert rows(places.warehouse, "SELECT run_id FROM runs") == [(run_id,) for run_id in logged]
    manifest = read_manifest(beside.manifest(places.warehouse))
    assert manifest is not None
    assert manifest.warehouse.tables == counts(places)


def published_run(places: Places) -> str:
    """The run that the published file says it is of."""
    ((run_id,),) = rows(places.warehouse, "SELECT DISTINCT run_id FROM sources")
    return str(run_id)


def counts(places: Places) -> dict[str, int]:
    """Rows of each published table."""
    with connect(places.warehouse, read_only=True) as con:
        return table_counts(con)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
