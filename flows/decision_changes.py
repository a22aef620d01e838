"""Lines of a workbook whose records have changed since it was written: they are to be judged again."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from flows.decision_file import Line
from flows.faces import sayings
from flows.review_sheet import fingerprint
from transforms.errors import InputError
from transforms.matching.decisions.decision import Pair
from transforms.matching.decisions.proposals import record_text
from transforms.warehouse.reading import opened


def without_changed(lines: Sequence[Line], warehouse: Path) -> list[Line]:
    """`lines`, those whose records are not what they were when the workbook was written with a problem.

    Lines of other files, without a fingerprint, and lines that nobody judged stay as they are; so do those on
    records that are gone, which are refused for that.

    Raises:
        InputError: `warehouse` is no warehouse of ours.
        MachineError: it cannot be read.
    """
    marked = [line for line in lines if line.proposal and line.fingerprint]
    if not marked or not warehouse.exists():
        return list(lines)
    keys = {key for line in marked for key in _keys(line)}
    with opened(warehouse) as con:
        said = sayings(con, keys)
    return [
        replace(line, proposal=None, problem=_changed())
        if line.proposal and line.fingerprint and _differs(line, said)
        else line
        for line in lines
    ]


def _differs(line: Line, said: dict[str, dict[str, str]]) -> bool:
    left, right = _keys(line)
    return {left, right} <= said.keys() and fingerprint((left, right), said) != line.fingerprint


def _keys(line: Line) -> tuple[str, str]:
    ends: Pair = line.ends or (("", ""), ("", ""))
    return record_text(ends[0]), record_text(ends[1])


def _changed() -> InputError:
    return InputError(
        "Ces fiches ont changé depuis que le classeur a été écrit.",
        found="une autre empreinte que celle du classeur",
        expected="un verdict sur les fiches d'aujourd'hui",
        next_step="les relire (alliage explain), puis juger dans un nouveau classeur, ou vider la cellule "
        "empreinte",
    )
