"""Corrected SIREN: which records a correction takes along, and that the matching goes by them."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from matching_records import records
from test_matching_stage import HERE, key, match, say, together

from transforms.matching.corrected_sirens import corrected_sirens, standing_sirens
from transforms.stewards import correction_log
from transforms.stewards.correction import Correction
from transforms.warehouse.register import REGISTER_COLUMNS, REGISTER_FILE

WRONG, RIGHT, OTHER = "732829320", "443061841", "404833048"
NO_NUMBERS = pd.DataFrame(columns=["source", "member_id", "since", "now_member_id"], dtype="str").astype(
    {"since": "datetime64[us]"}
)
LIST = records(
    {"name_core": "MERIDON", "siren": RIGHT, "phone": "+33465710001"} | HERE,
    {"name_core": "MERIDON", "source": "numelink", "siren": WRONG, "phone": "+33465710001"} | HERE,
    {"name_core": "BRENUS"},
)


def correction(number: int, member_id: str, value: str, **more: Any) -> Correction:
    given = {
        "correction_id": f"C-{number:04}",
        "company_id": "E-0000000002",
        "source": "s",
        "member_id": member_id,
        "field": "siren",
        "value": value,
        "steward": "st-1",
        "corrected_at": datetime(2026, 1, number, tzinfo=UTC),
    }
    return Correction(**given | more)


def laid(
    sirens: dict[str, str | None],
    companies: dict[str, str],
    *corrections: Correction,
    different: tuple[tuple[int, int], ...] = (),
) -> dict[str, tuple[str, str | None, str]]:
    """What the corrections make of records, named by their numbers: new SIREN, exported one, correction."""
    frame = pd.DataFrame({"source": "s", "member_id": list(sirens), "siren": list(sirens.values())})
    known = pd.Series(companies, dtype="str").rename_axis("member_id")
    known.index = pd.MultiIndex.from_product([["s"], known.index], names=["source", "member_id"])
    found = corrected_sirens(frame, standing_sirens(corrections, NO_NUMBERS), known, different)
    return {
        one.member_id: (
            one.siren,
            None if pd.isna(one.exported_siren) else one.exported_siren,
            one.correction_id,
        )
        for one in found.itertuples()
    }


@pytest.mark.parametrize(
    ("sirens", "companies", "different", "expected"),
    [
        ({"1": WRONG, "2": WRONG}, {"1": "E1", "2": "E1"}, (), {"1", "2"}),
        ({"1": WRONG, "2": WRONG}, {"1": "E1", "2": "E1"}, ((0, 1),), {"1"}),
        ({"1": WRONG, "2": WRONG}, {"1": "E1", "2": "E2"}, (), {"1"}),
        ({"1": WRONG, "2": WRONG}, {"1": "E1"}, (), {"1"}),
        ({"1": WRONG, "2": None}, {"1": "E1", "2": "E1"}, (), {"1"}),
        ({"1": None, "2": None}, {"1": "E1", "2": "E1"}, (), {"1"}),
        ({"1": RIGHT, "2": WRONG}, {"1": "E1", "2": "E1"}, (), set()),
        ({"2": WRONG}, {"2": "E1"}, (), set()),
    ],
    ids=[
        "the same company",
        "parted by a word",
        "another company",
        "a newcomer",
        "without a SIREN",
        "nobody with one",
        "the export says it now",
        "gone",
    ],
)
def test_which_records_go_along(sirens: Any, companies: Any, different: Any, expected: set[str]) -> None:
    found = laid(sirens, companies, correction(1, "1", RIGHT), different=different)
    assert found == {one: (RIGHT, sirens[one], "C-0001") for one in expected}


def test_a_later_correction_changes_what_the_company_bore_by_then() -> None:
    sirens, companies = {"1": WRONG, "2": RIGHT}, {"1": "E1", "2": "E1"}
    found = laid(sirens, companies, correction(1, "1", RIGHT), correction(2, "2", OTHER))
    assert found == {"1": (OTHER, WRONG, "C-0002"), "2": (OTHER, RIGHT, "C-0002")}


def test_what_was_taken_back_or_is_of_another_column_changes_nothing() -> None:
    back = correction(1, "1", RIGHT, revoked_at=datetime(2026, 2, 1, tzinfo=UTC))
    assert laid({"1": WRONG}, {"1": "E1"}, back, correction(2, "1", "Moulin", field="name")) == {}


def state_with(folder: Path, *corrections: Correction) -> Path:
    folder.mkdir(exist_ok=True)
    lines = [one.model_dump_json() + "\n" for one in corrections]
    (folder / correction_log.FILE).write_text("".join(lines), encoding="utf-8")
    rows = [
        {"source": source, "member_id": number, "company_id": f"E-000000000{at}", "first_run": "r1"}
        for at, (source, number) in enumerate((key(1), ("numelink", "M0002"), ("clustr", "M0003")), start=1)
    ]
    register = pd.DataFrame(rows).assign(last_run="r1").reindex(columns=REGISTER_COLUMNS)
    register.to_csv(folder / REGISTER_FILE, index=False)
    return folder


def test_two_sirens_part_until_the_wrong_one_is_corrected(tmp_path: Path) -> None:
    both = frozenset({key(1), key(2)})
    say(state_with(tmp_path), "same", key(1), key(2))
    _, found = match(tmp_path, LIST)
    assert both not in together(found["groups"])
    assert found["decisions"]["outcome"].tolist() == ["two_sirens"]
    state_with(tmp_path, correction(1, "M0002", RIGHT, source="numelink"))
    _, found = match(tmp_path, LIST)
    assert both in together(found["groups"])
    assert found["decisions"]["outcome"].tolist() == ["followed"]
    assert found["sirens"][["member_id", "siren", "exported_siren"]].to_numpy().tolist() == [
        ["M0002", RIGHT, WRONG]
    ]
