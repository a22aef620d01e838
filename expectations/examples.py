"""The first companies that fail a rule, as a person can look them up."""

from collections.abc import Iterable

from expectations.rules import Data
from expectations.runner import Outcome

_SHOWN = 3
_COMPANIES, _MEMBERSHIPS = "golden.companies", "golden.memberships"


def examples(outcome: Outcome, data: Data) -> str:
    """« Orvalis (E-1), E-2 et 4 autres entreprises » ; empty for a rule on other tables.

    The name of a sole trader is a person's: only the id is told.
    """
    table = outcome.rule.table
    if table not in (_COMPANIES, _MEMBERSHIPS) or not outcome.failed_rows:
        return ""
    rows = data[table].loc[list(outcome.failed_rows)]
    ids = sorted(rows["company_id"].dropna().unique())
    more = len(ids) - _SHOWN
    rest = f" et {more} {'autre entreprise' if more == 1 else 'autres entreprises'}" if more > 0 else ""
    return f"{', '.join(_names(data, ids[:_SHOWN]))}{rest}"


def _names(data: Data, ids: Iterable[str]) -> list[str]:
    companies = data[_COMPANIES].drop_duplicates("company_id").set_index("company_id")
    known = companies.loc[~companies["is_sole_trader"].astype(bool), "name"].dropna()
    return [f"{known[one]} ({one})" if one in known.index else one for one in ids]
