"""What corrections change in the golden rows: the values themselves, and what follows from them."""

import pandas as pd

from transforms import reference
from transforms.territories import standardise_territories

_PLACE = ("postcode", "city")
_CELLS = ["company_id", "field", "value", "correction_id"]


def changed_cells(
    corrections: pd.DataFrame, companies: pd.DataFrame, city_keys: "pd.Series[str]"
) -> pd.DataFrame:
    """The cells of `companies` that corrections give: company_id, field, value, correction_id; none twice.

    From a town or a postcode follow département and territory, from a SIREN its status, and of the legal form
    of a person alone the mark that guards the name; what follows is among them where it differs, and the
    status always.

    Args:
        corrections: those that stand, one a value, company_id that of today.
        companies: the golden rows as the sources give them.
        city_keys: the town of each company for comparison as its record gives it, index company_id.
    """
    rows = companies.set_index("company_id")
    following = [_sole_traders(corrections), _places(corrections, rows, city_keys)]
    others = pd.concat(following, ignore_index=True)
    before = [rows.at[one.company_id, one.field] for one in others.itertuples()]
    differs = [not _equal(was, now) for was, now in zip(before, others["value"], strict=True)]
    return pd.concat([corrections[_CELLS], _sirens(corrections), others[differs]], ignore_index=True)


def corrected(companies: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """`companies` with the values of `cells`, as `changed_cells` gives them."""
    rows = companies.set_index("company_id")
    for field, changed in cells.groupby("field"):
        values = changed.set_index("company_id")["value"]
        rows[field] = rows[field].astype(object).where(~rows.index.isin(values.index), values)
    return rows.reset_index()


def _sirens(corrections: pd.DataFrame) -> pd.DataFrame:
    sirens = corrections[corrections["field"] == "siren"]
    return sirens[_CELLS].assign(field="siren_status", value="valid")


def _sole_traders(corrections: pd.DataFrame) -> pd.DataFrame:
    """A person's name that is not marked does harm, a mark too many does none: so it is only ever set."""
    alone = [code for code, form in reference.load("legal_forms").items() if form.get("sole_trader")]
    forms = corrections[(corrections["field"] == "legal_form") & corrections["value"].isin(alone)]
    return forms[_CELLS].assign(field="is_sole_trader", value=True)


def _places(corrections: pd.DataFrame, rows: pd.DataFrame, city_keys: "pd.Series[str]") -> pd.DataFrame:
    said = corrections[corrections["field"].isin(_PLACE)].sort_values("corrected_at", kind="stable")
    if said.empty:
        return said[_CELLS]
    # What follows from both is told by the later word.
    by_company = said.groupby("company_id")["correction_id"].last()
    towns = said[said["field"] == "city"].set_index("company_id")
    postcodes = said[said["field"] == "postcode"].set_index("company_id")["value"]
    companies = by_company.index
    keys = towns["city_key"].reindex(companies).fillna(city_keys.reindex(companies)).astype(object)
    codes = postcodes.reindex(companies).fillna(rows["postcode"].reindex(companies)).astype(object)
    abroad = towns["abroad"].reindex(companies).eq(True)
    found = standardise_territories(
        codes.where(codes.notna() & ~abroad, None), keys.where(keys.notna(), None), abroad
    )
    cells = found.rename_axis("company_id").reset_index().melt("company_id", var_name="field")
    return cells.assign(correction_id=cells["company_id"].map(by_company))[_CELLS]


def _equal(was: object, now: object) -> bool:
    return bool(was == now) or (bool(pd.isna(was)) and bool(pd.isna(now)))  # type: ignore[call-overload]
