"""Registration numbers: the same, different, or rounded by a spreadsheet."""

from typing import Any

import pytest
from matching_records import members, pairs_of, said, signal, table

from transforms.matching.comparisons.identifier import IdentifierComparison

ROUNDED = {"siret_low": 73_282_500_000_000, "siret_high": 73_283_500_000_000}


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        pytest.param({"siren": "732829320"}, {"siren": "732829320"}, "same", id="one siren"),
        pytest.param({"siren": "732829320"}, {"siren": "443061841"}, "different", id="two siren"),
        pytest.param({"siren": "732829320"}, {}, "missing", id="siren missing"),
        pytest.param({}, {}, "missing", id="both missing"),
        pytest.param({"rna": "W751000001"}, {"rna": "W751000001"}, "same", id="one rna"),
        pytest.param({"rna": "W751000001"}, {"rna": "W751000002"}, "missing", id="two rna say nothing"),
        pytest.param(
            {"rna": "W751000001", "siren": "732829320"},
            {"rna": "W751000001", "siren": "443061841"},
            "different",
            id="one rna and two siren",
        ),
        pytest.param(ROUNDED, {"siren": "732829320"}, "rounded_agrees", id="rounded siret holds the siren"),
        pytest.param({"siren": "443061841"}, ROUNDED, "rounded_differs", id="rounded siret excludes it"),
        pytest.param(ROUNDED, ROUNDED, "missing", id="two rounded ones say nothing"),
        pytest.param(
            ROUNDED | {"siren": "443061841"}, {"siren": "443061841"}, "same", id="a number beats its rounding"
        ),
    ],
)
def test_levels_of_members(left: dict[str, Any], right: dict[str, Any], level: str) -> None:
    frame = members(left, right)
    assert said(signal("identifier"), pairs_of(frame)) == [level]
    assert said(signal("identifier"), pairs_of(frame, (1, 0))) == [level]


def test_a_number_alone_needs_no_range() -> None:
    plain = IdentifierComparison(signal="number", kind="identifier", column="n")
    assert plain.levels == ("missing", "different", "same")
    assert plain.used_columns == ("n",)
    frame = table({"n": "A1"}, {"n": "A1"}, {"n": "B2"}, {"n": None})
    assert said(plain, pairs_of(frame, (0, 1), (0, 2), (0, 3))) == ["same", "different", "missing"]
