"""Ways to reach a person, and the contact's name, in cells of another purpose: cut out before reading."""

import pandas as pd

from transforms.personal import MASK, contains_contact, cut_contacts
from transforms.suppression.identifiers import may_name
from transforms.suppression.persons import Persons

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


_COMPANY_NAMES = ("name", "trade_name")


def without_contacts(records: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Cut e-mail addresses and telephone numbers, labels included, out of the published texts of records.

    Args:
        records: rows of `raw.records`.

    Returns:
        The records, a cell that held nothing else now None, a name that did now the mask « … »; and for each
        of `FIELDS` a column `<field>_contact_rule`: contact_in_other_cell where something was cut, else None.
    """
    cleaned, rules = {}, {}
    records = _without_own_names(records)
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


def _without_own_names(records: pd.DataFrame) -> pd.DataFrame:
    """Records with « … » where a cell other than the company's name names the record's own contact.

    « Chez Zoé Exemple » in the address of the record whose contact is Zoé Exemple. Others whom a cell may
    name cannot be told from streets and companies.
    """
    fields = [field for field in FIELDS if field not in _COMPANY_NAMES]
    held = records.loc[records["contact_person"].notna(), ["contact_person", *fields]]
    cells = (held[name].astype(object).where(held[name].notna(), "").tolist() for name in held)
    changed: dict[str, dict[object, str]] = {field: {} for field in fields}
    for at, contact, *texts in zip(held.index, *cells, strict=True):
        # Hardly a row names its own contact: one quick look at all of its cells.
        if may_name("\n".join(texts), contact):
            wanted = Persons.of_cell(contact)
            for field, text in zip(fields, texts, strict=True):
                if (cut := wanted.masked(text)) != text:
                    changed[field][at] = cut
    cut_cells = {field: pd.Series(cells) for field, cells in changed.items() if cells}
    after = {field: cells.reindex(records.index) for field, cells in cut_cells.items()}
    return records.assign(
        **{field: records[field].astype(object).where(cells.isna(), cells) for field, cells in after.items()}
    )
