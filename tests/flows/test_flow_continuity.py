"""Exports that are not what they were: noticed, and refused with all that is wrong unless forced."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from changed_exports import (
    FEE,
    NUMBER,
    TURNOVER,
    in_euros,
    renumbered,
    rotated,
    shorter,
    unreadable_sirets,
    without_fees,
    without_turnover,
)
from pipelines import Places, company_ids, fingerprints, rows, run_all

from benchmarks.sample import Sample, exports
from transforms.errors import GateError
from transforms.gates import Gate

pytestmark = pytest.mark.slow

CLUSTR = "clustr/adherents_clustr_2016-10-03.csv"


@pytest.fixture
def places(listed_published: Places, tmp_path: Path) -> Places:
    """An installation that has published once, for this test alone."""
    return Places(shutil.copytree(listed_published.root, tmp_path / "installation"))


class Trial(Places):
    """The same exports and state, with a warehouse of its own."""

    @property
    def warehouse(self) -> Path:
        return self.root / "trial" / "warehouse.duckdb"


CHANGES: dict[str, tuple[Callable[[Sample], Sample], Gate, str | None, str, str]] = {
    "under 70 % of its rows": (shorter, Gate.FEWER_ROWS, None, "fiches au lieu de", "au moins 70 %"),
    "numbered anew": (renumbered, Gate.MEMBER_NUMBERS, NUMBER, "X-00000", "le numéro"),
    "numbers of other companies": (
        rotated, Gate.MEMBER_NUMBERS, NUMBER, "désignent une autre entreprise", "le numéro"),
    "euros instead of thousands": (
        in_euros, Gate.UNITS, TURNOVER, "l'unité semble avoir changé", "la même unité"),
    "a column gone": (
        without_turnover, Gate.COLUMNS, TURNOVER, "« CA (k€) » est absente", "« CA (k€) » remplie"),
    "a column of amounts that emptied": (
        without_fees, Gate.COLUMNS, FEE, "vide", "remplie"),
    "a column refused": (
        unreadable_sirets, Gate.COLUMNS, "SIRET", "est refusée presque partout", "remplie et lisible"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "gate", "column", "found", "expected"), CHANGES.values(), ids=CHANGES)
def test_refused_with_all_that_a_person_needs(
    change: Callable[[Sample], Sample],
    gate: Gate,
    column: str | None,
    found: str,
    expected: str,
    places: Places,
    listed: Sample,
) -> None:
    before = fingerprints(places)
    exports.write(change(listed), places.raw, places.root / "truth.csv")
    with pytest.raises(GateError) as caught:
        run_all(places)
    error = caught.value
    assert error.where is not None
    assert (error.where.file, error.where.column) == (CLUSTR, column)
    assert found in str(error.found)
    assert expected in str(error.expected)
    assert f"--force {gate}" in str(error.next_step)
    assert fingerprints(places) == before
    assert (
        json.loads(places.state.joinpath("runs.jsonl").read_text().splitlines()[-1])["verdict"] == "refused"
    )


SOON = ("numbered anew", "a column refused")


@pytest.mark.parametrize(
    ("change", "gate"),
    [
        pytest.param(*case[:2], id=name, marks=() if name in SOON else pytest.mark.long)
        for name, case in CHANGES.items()
    ],
)
def test_forced_it_is_published_and_the_lifted_gate_is_on_record(
    change: Callable[[Sample], Sample], gate: Gate, places: Places, listed: Sample
) -> None:
    exports.write(change(listed), places.raw, places.root / "truth.csv")
    # Numbers that cannot be read are too many invalid ones besides, with the next export as well.
    others = [Gate.INVALID_IDS] if change is unreadable_sirets else []
    outcome = run_all(places, force=[gate, *others])
    told = [remark.text for remark in outcome.stage("continuity").remarks if remark.level == "warning"]
    assert any(f"Contrôle levé ({gate})" in text for text in told)
    query = "SELECT gates_overridden FROM runs ORDER BY started_at DESC LIMIT 1"
    assert rows(places.warehouse, query) == [(sorted(map(str, [gate, *others])),)]
    # What was published is what the next export is compared with.
    run_all(places, force=others)


def older(folder: Path) -> str:
    new = folder / "clustr" / "adherents_clustr_2016-10-03.csv"
    old = new.with_name("adherents_clustr_2015-01-05.csv")
    new.rename(old)
    return old.name


def test_an_older_export_is_refused_unless_forced(places: Places) -> None:
    before = fingerprints(places)
    name = older(places.raw)
    with pytest.raises(GateError) as caught:
        run_all(places)
    assert caught.value.where is not None
    assert caught.value.where.file == f"clustr/{name}"
    assert "export du 05/01/2015, plus ancien que celui qui est publié, du 03/10/2016" in str(
        caught.value.found
    )
    assert caught.value.expected == "un export du 03/10/2016 ou d'après"
    assert "--force export_ancien" in str(caught.value.next_step)
    assert fingerprints(places) == before
    assert run_all(places, force=[Gate.OLDER_EXPORT]).verdict == "published"


def test_all_that_is_wrong_is_told_at_once(places: Places, listed: Sample) -> None:
    exports.write(in_euros(shorter(listed)), places.raw, places.root / "truth.csv")
    with pytest.raises(GateError) as caught:
        run_all(places, force=[Gate.OLDER_EXPORT])
    assert "--force moins_de_lignes --force unites" in str(caught.value.next_step)
    with pytest.raises(GateError) as caught:
        run_all(places, force=[Gate.UNITS])
    assert "unité" not in str(caught.value.found)


def test_identical_exports_are_said_and_change_nothing(places: Places) -> None:
    before = company_ids(places), rows(places.warehouse, "SELECT * FROM lineage ORDER BY ALL")
    outcome = run_all(places)
    told = [(one.source, one.level, one.text) for one in outcome.stage("continuity").remarks]
    assert [source for source, level, text in told if "identique" in text] == ["clustr", "numelink"]
    assert {level for _, level, _ in told} == {"info"}
    assert (company_ids(places), rows(places.warehouse, "SELECT * FROM lineage ORDER BY ALL")) == before


def test_exports_that_nobody_renewed_are_told_after_weeks(places: Places) -> None:
    late = datetime.now(UTC) + timedelta(days=46)
    outcome = run_all(places, now=late)
    told = [one.text for one in outcome.stage("continuity").remarks if one.level == "warning"]
    assert len(told) == 2
    assert "n'a pas changé depuis 46 jours" in told[0]


def test_a_trial_into_another_warehouse_is_not_what_the_next_run_is_compared_with(
    places: Places, listed: Sample
) -> None:
    exports.write(shorter(listed), places.raw, places.root / "truth.csv")
    run_all(Trial(places.root), force=[Gate.FEWER_ROWS])
    with pytest.raises(GateError, match="fiches au lieu de"):
        run_all(places)


def test_a_number_on_two_lines_is_told_as_such(places: Places, listed: Sample) -> None:
    numbers = listed.clustr[NUMBER].tolist()
    both = replace(listed, clustr=listed.clustr.assign(**{NUMBER: [numbers[1], *numbers[1:]]}))
    # The fuller line is kept, and it is that of the other company.
    both.clustr.iloc[1, both.clustr.columns.get_loc("Enseigne")] = ""
    exports.write(both, places.raw, places.root / "truth.csv")
    with pytest.raises(GateError) as caught:
        run_all(places)
    found = str(caught.value.found)
    assert f"« {numbers[1]} » figure sur 2 lignes (2 et 3)" in found
