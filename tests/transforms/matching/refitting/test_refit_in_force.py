"""Which weights a run takes, and what the door of matching makes of them."""

from pathlib import Path

import pandas as pd
import pytest
from matching_records import build_with, records
from refit_pairs import SPEC, refit_line

from transforms.errors import InputError
from transforms.matching.link import weights_of
from transforms.matching.members import members_spec
from transforms.matching.refitting.in_force import (
    TOLD_AS,
    fingerprint,
    in_force,
    named_weights,
    reweighed,
)
from transforms.matching.refitting.weight_log import FILE, NamedWeights, Refit, append
from transforms.matching.spec import MatchingSpec
from transforms.matching.stage import MatchParameters, run
from transforms.report import StageReport
from transforms.warehouse import tables
from transforms.warehouse.database import connect

HERE = {"city_key": "BRELLE", "departement": "69", "street_number": "1", "street_name": "LILAS"}
ROWS = (
    {"name_core": "MERIDON", "phone": "+33465710001"} | HERE,
    {"name_core": "MERIDONN", "source": "numelink", "phone": "+33465710001"} | HERE,
    {"name_core": "TAVIOL", "source": "numelink", "phone": "+33465710001"} | HERE,
)
UNRELATED = {"name_core": "QUORVEX", "city_key": "CORVAN", "departement": "06", "phone": "+33493710009"}


def test_without_a_refit_the_shipped_weights_count_and_nothing_is_said(tmp_path: Path) -> None:
    found = in_force(tmp_path, SPEC)
    assert (found.spec, found.refit, found.remarks) == (SPEC, None, ())


def test_the_standing_refit_counts_and_is_said_in_one_line(tmp_path: Path) -> None:
    append(tmp_path, refit_line(1))
    found = in_force(tmp_path, SPEC)
    assert found.spec.prior == 1.0
    assert found.spec.model_copy(update={"prior": 0.0}) == SPEC
    (remark,) = found.remarks
    assert remark.text == f"{TOLD_AS} le 01/05/2024 sur 42 décisions (R-0001)"


def test_weights_of_other_comparisons_do_not_count_and_that_is_said(tmp_path: Path) -> None:
    append(tmp_path, refit_line(1, members_spec()))
    found = in_force(tmp_path, SPEC)
    assert (found.spec, found.refit) == (SPEC, None)
    (remark,) = found.remarks
    assert (remark.level, "alliage refit" in remark.text) == ("warning", True)


def test_weights_for_other_levels_are_damage(tmp_path: Path) -> None:
    named = named_weights(weights_of(SPEC), SPEC)
    lacking = {**named.signals, "phone": {"same": 1.0}}
    append(tmp_path, refit_line(1, after=named.model_copy(update={"signals": lacking})))
    with pytest.raises(InputError, match="journal des poids"):
        in_force(tmp_path, SPEC)


def changed(**change: object) -> MatchingSpec:
    return SPEC.model_copy(update=change)


def other_phone() -> NamedWeights:
    named = named_weights(weights_of(SPEC), SPEC)
    signals = {**named.signals, "phone": {"same": 2.5, "different": -2.0}}
    return named.model_copy(update={"signals": signals})


OTHER_SPECS = {
    "prior": (changed(prior=0.1), False),
    "the same weights": (changed(comparisons=reweighed(SPEC, refit_line(1).after).comparisons), True),
    "a weight": (reweighed(SPEC, other_phone()), False),
    "one signal less": (changed(comparisons=SPEC.comparisons[:2]), False),
    "a level under another name": (
        changed(
            comparisons=(
                *SPEC.comparisons[:1],
                SPEC.comparisons[1].model_copy(update={"shared_from": {"common": 9}}),
                *SPEC.comparisons[2:],
            )
        ),
        False,
    ),
    "thresholds": (changed(thresholds=members_spec().thresholds), True),
}


@pytest.mark.parametrize(("spec", "fits"), OTHER_SPECS.values(), ids=OTHER_SPECS)
def test_a_refit_belongs_to_comparisons_and_shipped_weights(spec: MatchingSpec, fits: bool) -> None:
    assert (fingerprint(spec) == fingerprint(SPEC)) is fits


def match(folder: Path, *rows: dict[str, object]) -> tuple[StageReport, dict[str, pd.DataFrame]]:
    build = folder / "build.duckdb"
    build.unlink(missing_ok=True)
    build_with(build, records(*rows))
    report = run(build, MatchParameters(state=folder))
    with connect(build, read_only=True) as con:
        return report, {
            name: tables.read(con, f"matching.{name}") for name in ("pairs", "groups", "decisions")
        }


def distrusting_names(number: int) -> Refit:
    """A refit of the members' weights by which names say little."""
    spec = members_spec()
    named = named_weights(weights_of(spec), spec)
    signals = {**named.signals, "name": dict.fromkeys(named.signals["name"], 0.25)}
    return refit_line(number, spec, after=named.model_copy(update={"signals": signals}))


def test_a_run_takes_the_refitted_weights_and_explains_by_them(tmp_path: Path) -> None:
    _, shipped = match(tmp_path, *ROWS)
    append(tmp_path, distrusting_names(1))
    report, refitted = match(tmp_path, *ROWS)
    assert [remark.text for remark in report.remarks if remark.text.startswith(TOLD_AS)]
    assert not shipped["pairs"]["probability"].equals(refitted["pairs"]["probability"])
    told = {
        reason["weight"]
        for reasons in refitted["pairs"]["reasons"]
        for reason in reasons
        if reason["signal"] == "name"
    }
    assert told == {0.25}


def test_a_record_that_shares_nothing_changes_nothing_else(tmp_path: Path) -> None:
    append(tmp_path, distrusting_names(1))
    _, before = match(tmp_path, *ROWS)
    _, after = match(tmp_path, *ROWS, UNRELATED)
    pd.testing.assert_frame_equal(before["pairs"], after["pairs"])


def test_a_damaged_log_stops_the_run(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match="journal des poids"):
        match(tmp_path, *ROWS)
