"""Numbers that changed hands, told to people: any that stands for another company, too many that are new."""

from collections.abc import Iterator, Sequence

import pandas as pd

from transforms.continuity.gates import Finding, Gate
from transforms.report import Remark
from transforms.warehouse.runs import RunInput

_EXAMPLES = 5


def findings(
    inputs: Sequence[RunInput], records: pd.DataFrame, *, share: float, least: int
) -> Iterator[Finding]:
    """What should keep exports with these numbers from being published.

    Args:
        inputs: the exports.
        records: as `members.recognised` gives them.
        share: the share of a source's members that may bear another number than last time.
        least: so many may in any case.
    """
    for one in inputs:
        mine = records[records["source"] == one.source]
        taken = mine.loc[mine["takes_over"], "member_id"]
        moved = mine.loc[mine["bearer"] == "renumbered", "member_id"]
        facts = []
        if len(taken):
            facts.append(
                f"numéros qui désignent une autre entreprise qu'à la dernière publication : {_told(taken)}"
            )
        if len(moved) > max(least, share * len(mine)):
            facts.append(f"numéros nouveaux pour des entreprises connues sous un autre : {_told(moved)}")
        for fact in facts:
            yield Finding(
                gate=Gate.MEMBER_NUMBERS,
                source=one.source,
                file=one.file,
                column="numéro d'adhérent",
                found=fact,
                expected="à chaque adhérent le numéro qu'il avait à la dernière publication",
            )


def remarks(records: pd.DataFrame) -> Iterator[Remark]:
    """Members that are known under another number: nothing is lost, but people should know."""
    moved = records.loc[records["bearer"] == "renumbered"].groupby("source")["member_id"]
    for source, numbers in moved:
        yield Remark(
            source=str(source),
            text=f"Nouveaux numéros d'adhérents déjà connus : {_told(numbers)} ; "
            "identifiants d'entreprises et décisions les suivent.",
        )


def _told(numbers: "pd.Series[str]") -> str:
    shown = ", ".join(numbers.head(_EXAMPLES))
    return f"{len(numbers)} ({shown}{'…' if len(numbers) > _EXAMPLES else ''})"
