"""Numbers that changed hands, told to people: any that stands for another company, too many that are new."""

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from transforms.continuity import bearers
from transforms.continuity.gates import Finding
from transforms.report import Remark
from transforms.warehouse.runs import RunInput

Number = tuple[str, str]


def findings(
    inputs: Sequence[RunInput],
    records: pd.DataFrame,
    doubles: Mapping[Number, bearers.Twice],
    companies: Mapping[Number, str],
    *,
    share: float,
    least: int,
) -> Iterator[Finding]:
    """What should keep exports with these numbers from being published.

    Args:
        inputs: the exports.
        records: as `members.recognised` gives them.
        doubles: numbers on several lines, as `bearers.twice` gives them.
        companies: the company that bore each number, as `bearers_before` gives it.
        share: the share of a source's members that may bear another number than last time.
        least: so many may in any case.
    """
    for one in inputs:
        mine = records[records["source"] == one.source]
        yield from bearers.taken(one, mine.loc[mine["takes_over"], "member_id"], doubles, companies)
        moved = mine.loc[mine["bearer"] == "renumbered", "member_id"]
        if len(moved) > max(least, share * len(mine)):
            yield bearers.renumbered(one, moved)


def bearers_before(register: pd.DataFrame) -> dict[Number, str]:
    """The company that bore each number last, by source and number."""
    rows = register.sort_values(["last_run", "first_run"])[["source", "member_id", "company_id"]]
    return {(source, number): company for source, number, company in rows.itertuples(index=False, name=None)}


def remarks(records: pd.DataFrame) -> Iterator[Remark]:
    """Members that are known under another number: nothing is lost, but people should know."""
    moved = records.loc[records["bearer"] == "renumbered"].groupby("source")["member_id"]
    for source, numbers in moved:
        yield Remark(
            source=str(source),
            text=f"Nouveaux numéros d'adhérents déjà connus : {len(numbers)} {bearers.examples(numbers)} ; "
            "identifiants d'entreprises et décisions les suivent.",
        )
