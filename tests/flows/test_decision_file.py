"""What the lines of a file of decisions say, and what is refused before anything is recorded."""

from pathlib import Path

import pytest

from flows.decision_file import Line, read_decision_file
from transforms.errors import InputError

TITLES = "left_source;left_member_id;right_source;right_member_id;verdict;steward;reason;decided_at"


def read(folder: Path, *lines: str, titles: str = TITLES, **given: str | None) -> list[Line]:
    file = folder / "d.csv"
    file.write_text("\n".join([titles, *lines]) + "\n", encoding="utf-8")
    return read_decision_file(file, given.get("steward", "st-1"), given.get("reason"))


def told(line: Line) -> str:
    assert line.problem is not None
    return str(line.problem)


def test_what_a_line_leaves_open_comes_from_the_options(tmp_path: Path) -> None:
    lines = read(tmp_path, "n;1;s;2;same;;;", "n;1;s;3;different;st-7;autre ville;", reason="vu ensemble")
    said = [(one.proposal.steward, one.proposal.reason) for one in lines if one.proposal]
    assert said == [("st-1", "vu ensemble"), ("st-7", "autre ville")]


def test_nobody_decides_is_said_once_with_option_and_column(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        read(tmp_path, *(f"n;1;s;{number};same;;;" for number in range(8)), steward=None)
    assert refused.value.found == "8 décisions sans pseudonyme (lignes 2, 3, 4, 5, 6…)"
    assert "--steward" in (refused.value.expected or "")
    assert "colonne steward" in (refused.value.expected or "")


def test_a_line_without_verdict_waits_unless_it_says_something(tmp_path: Path) -> None:
    waiting, silly, judged = read(tmp_path, "n;1;s;2;;;;", "n;1;s;3;;;un motif;", "n;1;s;4;unsure;;;")
    assert (waiting.proposal, waiting.problem) == (None, None)
    assert "verdict" in told(silly)
    assert judged.proposal


def test_two_verdicts_on_one_pair_are_both_refused(tmp_path: Path) -> None:
    lines = read(tmp_path, "n;1;s;2;same;;;", "s;2;n;1;different;;;", "n;1;s;3;same;;;", "n;1;s;2;same;;;")
    assert "aux lignes 3, 5" in told(lines[0])
    assert "aux lignes 2, 5" in told(lines[1])
    assert lines[2].proposal
    assert not lines[3].proposal


def test_dates_say_which_of_two_verdicts_is_the_later(tmp_path: Path) -> None:
    lines = read(tmp_path, "n;1;s;2;same;;;2024-01-01", "n;1;s;2;different;;;2024-02-01")
    assert all(line.proposal for line in lines)


def test_a_line_with_too_many_cells_is_refused(tmp_path: Path) -> None:
    titles = "left_source;left_member_id;right_source;right_member_id;verdict;reason"
    shifted, good = read(tmp_path, "n;1;s;2;same;oui ; sûr", 'n;1;s;3;same;"oui ; sûr"', titles=titles)
    assert "plus de cellules" in told(shifted)
    assert good.proposal
    assert good.proposal.reason == "oui ; sûr"


def test_empty_cells_beyond_the_titles_do_no_harm(tmp_path: Path) -> None:
    (line,) = read(tmp_path, "n;1;s;2;same;;;;;")
    assert line.proposal


def test_missing_columns_are_named_beside_those_that_are_there(tmp_path: Path) -> None:
    titles = "left_source;left_member;right_source;right_member_id;zoe@exemple.fr"
    with pytest.raises(InputError) as refused:
        read(tmp_path, "n;1;s;2;same", titles=titles)
    assert "« left_member »" in (refused.value.found or "")
    assert "left_member_id (peut-être « left_member »), verdict" in (refused.value.expected or "")
    assert "zoe@" not in str(refused.value)


def test_a_missing_file_was_to_be_one_of_decisions(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        read_decision_file(tmp_path / "absent.csv", "st-1")
    assert "décisions" in (refused.value.expected or "")


def test_a_csv_by_another_name_is_read(tmp_path: Path) -> None:
    (tmp_path / "d.xlsx").write_text(f"{TITLES}\nn;1;s;2;same;;;\n", encoding="utf-8")
    (line,) = read_decision_file(tmp_path / "d.xlsx", "st-1")
    assert line.proposal
