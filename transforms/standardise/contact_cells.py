"""E-mail addresses and telephone numbers that stand in cells of another purpose: cut out before reading."""

import pandas as pd

from transforms.personal import MASK, contains_contact, cut_contacts

RULE = "contact_in_other_cell"

# The fields whose texts the warehouse publishes.
FIELDS = (
    "name",
    "trade_name",
    "legal_form",
    "address",
    "full_address",
    "postcode",
    "city",
    "status",
    "college",
)


def without_contacts(records: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Cut e-mail addresses and telephone numbers, labels included, out of the published texts of records.

    Args:
        records: rows of `raw.records`.

    Returns:
        The records, a cell that held nothing else now None, a name that did now the mask « … »; and for each
        of `FIELDS` a column `<field>_contact_rule`: contact_in_other_cell where something was cut, else None.
    """
    cleaned, rules = {}, {}
    for field in FIELDS:
        distinct = (text for text in records[field].unique().tolist() if isinstance(text, str))
        touched = {text: cut or None for text in distinct if (cut := cut_contacts(text)) != text}
        held = records[field].isin([text for text in touched if contains_contact(text)])
        rules[f"{field}_contact_rule"] = pd.Series(RULE, index=records.index, dtype=object).where(held, None)
        if touched:
            texts = records[field].astype(object)
            cleaned[field] = texts.where(~texts.isin(list(touched)), texts.map(touched))
    if "name" in cleaned:
        cleaned["name"] = cleaned["name"].where(cleaned["name"].notna(), MASK)
    return records.assign(**cleaned), pd.DataFrame(rules, index=records.index)
