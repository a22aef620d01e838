"""Corrections on disk: recorded once, replaced, taken back; a torn line is left aside."""

from pathlib import Path

import pytest

from transforms.errors import InputError
from transforms.golden.corrections.recording import Proposal, record, take_back
from transforms.stewards.correction_log import FILE, read_corrections


def proposal(value: str = "https://juste.fr", **more: str) -> Proposal:
    given = {"company_id": "E-1", "source": "north", "member_id": "N1", "field": "website", "steward": "st-1"}
    return Proposal(**{**given, "value": value, **more})  # type: ignore[arg-type]


def test_the_same_value_is_known_and_another_one_replaces_it(tmp_path: Path) -> None:
    first = record(tmp_path, proposal())
    assert (first.correction.correction_id, first.changed, first.replaced) == ("C-0001", True, None)
    assert not record(tmp_path, proposal()).changed
    second = record(tmp_path, proposal("https://mieux.fr"))
    assert (second.correction.correction_id, second.replaced) == ("C-0002", "C-0001")
    # By another record of the same company: still the same value.
    assert record(tmp_path, proposal("https://autre.fr", member_id="N2")).replaced == "C-0002"
    assert record(tmp_path, proposal("Lumen", field="name")).replaced is None
    assert len(read_corrections(tmp_path).words) == 4


def test_taking_back_lets_the_one_before_count_again(tmp_path: Path) -> None:
    for value in ("https://un.fr", "https://deux.fr"):
        record(tmp_path, proposal(value))
    taken = take_back(tmp_path, "c-2", "st-2", "erreur")
    assert (taken.changed, taken.again, taken.correction.revoked_by) == (True, "C-0001", "st-2")
    assert not take_back(tmp_path, "C-0002", "st-2").changed
    assert take_back(tmp_path, "C-0001", "st-2").again is None


def test_an_unknown_number_names_the_nearest(tmp_path: Path) -> None:
    record(tmp_path, proposal())
    with pytest.raises(InputError) as refused:
        take_back(tmp_path, "C-0009", "st-1")
    assert refused.value.expected == "C-0001"


@pytest.mark.parametrize(
    "more",
    [{"steward": "zoe@exemple.fr"}, {"reason": "demander au 04 65 71 00 12"}],
    ids=["name", "telephone"],
)
def test_nobody_can_be_reached_by_a_correction(tmp_path: Path, more: dict[str, str]) -> None:
    with pytest.raises(InputError):
        record(tmp_path, proposal(**more))
    assert not (tmp_path / FILE).exists()


def test_a_torn_last_line_is_left_aside_and_any_other_stops(tmp_path: Path) -> None:
    record(tmp_path, proposal())
    whole = (tmp_path / FILE).read_bytes()
    (tmp_path / FILE).write_bytes(whole + whole[:40])
    found = read_corrections(tmp_path)
    assert (len(found.words), found.torn_line) == (1, 2)
    (tmp_path / FILE).write_bytes(whole[:40] + b"\n" + whole)
    with pytest.raises(InputError, match="corrections est abîmé"):
        read_corrections(tmp_path)
