"""The log of refits on disk: what stands, what is refused, and that lines are only added."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from refit_pairs import refit_line

from transforms.errors import InputError
from transforms.matching.refitting.weight_log import (
    FILE,
    Line,
    Undo,
    append,
    next_id,
    read_weight_log,
    refit_before,
    standing_refit,
)

FIRST, SECOND = refit_line(1), refit_line(2)


def undo(number: int, undoes: str, restores: str | None) -> Undo:
    made_at = datetime(2024, 6, 1, tzinfo=UTC)
    return Undo(refit_id=f"R-{number:04}", made_at=made_at, undoes=undoes, restores=restores)


LOGS: dict[str, tuple[list[Line], str | None]] = {
    "nothing": ([], None),
    "one refit": ([FIRST], "R-0001"),
    "the last of two": ([FIRST, SECOND], "R-0002"),
    "undone": ([FIRST, undo(2, "R-0001", None)], None),
    "undone to the one before": ([FIRST, SECOND, undo(3, "R-0002", "R-0001")], "R-0001"),
    "undone and done again": ([FIRST, undo(2, "R-0001", None), refit_line(3)], "R-0003"),
}


@pytest.mark.parametrize(("lines", "stands"), LOGS.values(), ids=LOGS)
def test_the_last_line_stands_after_a_round_trip(
    tmp_path: Path, lines: list[Line], stands: str | None
) -> None:
    for line in lines:
        append(tmp_path, line)
    read = read_weight_log(tmp_path)
    assert read == tuple(lines)
    found = standing_refit(read)
    assert (found.refit_id if found else None) == stands
    assert next_id(read) not in {line.refit_id for line in lines}


def test_undoing_one_after_the_other_leads_back_to_the_shipped_weights() -> None:
    lines: list[Line] = [FIRST, SECOND]
    stood = []
    while (standing := standing_refit(lines)) is not None:
        stood.append(standing.refit_id)
        again = refit_before(lines, standing)
        lines.append(undo(len(lines) + 1, standing.refit_id, again.refit_id if again else None))
    assert stood == ["R-0002", "R-0001"]


def test_lines_that_are_there_stay_byte_for_byte(tmp_path: Path) -> None:
    edited = FIRST.model_dump_json().replace(",", ", ").encode()
    (tmp_path / FILE).write_bytes(edited)
    append(tmp_path, SECOND)
    assert (tmp_path / FILE).read_bytes() == edited + b"\n" + SECOND.model_dump_json().encode() + b"\n"
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


WHOLE = FIRST.model_dump_json()
DAMAGE = {
    "cut": (WHOLE[:80], 1),
    "no JSON": ("bonjour", 1),
    "zeros": ("\0" * 50, 1),
    "no number": (WHOLE.replace('"log_loss_after":0.4', '"log_loss_after":NaN'), 1),
    "another kind": (WHOLE.replace('"kind":"refit"', '"kind":"guess"'), 1),
    "one more key": (WHOLE.replace('"run_id"', '"name":"x","run_id"'), 1),
    "a number given twice": (f"{WHOLE}\n{WHOLE}", 2),
    "an undo of nothing": (undo(1, "R-0009", None).model_dump_json(), 1),
    "an undo to nothing": (f"{WHOLE}\n{undo(2, 'R-0001', 'R-0009').model_dump_json()}", 2),
}


@pytest.mark.parametrize(("content", "line"), DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_line_is_named_and_nothing_is_added(tmp_path: Path, content: str, line: int) -> None:
    (tmp_path / FILE).write_text(content, encoding="utf-8")
    for use in (read_weight_log, lambda state: append(state, SECOND)):
        with pytest.raises(InputError, match="journal des poids") as refused:
            use(tmp_path)
        assert refused.value.where is not None
        assert refused.value.where.line == line
    assert (tmp_path / FILE).read_text(encoding="utf-8") == content
