"""Ways to reach a person that stand in cells of another purpose: found, cut out, masked."""

import re

MASK = "…"

_EMAIL = r"[\w.+-]+\s?@\s?[\w-]+(?:\.[\w-]+)+"
# Never inside a longer run of digits (SIREN, SIRET, IBAN, amounts), and never a date with its time.
_NATIONAL = r"0\s?[1-9](?:[\s.\-/\u00a0\u202f]?\d{2}){4}"
_INTERNATIONAL = r"(?:\+|\b00)\s?33[\s.\-]?(?:\(0\)|0)?[\s.\-]?[1-9](?:[\s.\-/\u00a0\u202f]?\d{2}){4}"
_DATE = r"\d\d?[/.\- ]\d\d?[/.\- ](?:19|20)\d\d\b"
_AHEAD = rf"(?<![\d,.])(?<!\d[ \u00a0\u202f])(?!{_DATE})"
_PHONE = rf"{_AHEAD}(?:{_INTERNATIONAL}|{_NATIONAL})(?![ \u00a0\u202f]?\d)(?![.,]\d)"
_LABEL = (
    r"(?:\b(?:t[ée]l(?:[ée]phone|[ée]copie)?|fax|mobile|mob|port(?:able)?|gsm|e-?mail|mail|m[ée]l|courriel)"
    r"\b\.?(?:\s*(?:et|/)\s*fax\b)?\s*:?\s*)?"
)
# Cheap to look for, and so rare that the patterns of contacts seldom have to be tried.
_NINE_DIGITS = re.compile(r"\d(?:\D{0,5}\d){8}")
_CONTACT = re.compile(rf"{_EMAIL}|{_PHONE}", re.I)
# A mask stands where a contact stood: what is read from a masked cell is what was read from the cell.
_LABELLED = re.compile(rf"[\s,;:(\[/|–-]*{_LABEL}(?:{_EMAIL}|{_PHONE}|(?<!\w){MASK})[)\]]?", re.I)


def contains_contact(text: str) -> bool:
    """Whether an e-mail address or a French telephone number stands anywhere in `text`.

    Telephones are ten digits from 01 to 09, or +33 and 0033 with nine, parted as people part them; digits
    that go on before or after are a SIREN, a SIRET or an amount, not a telephone.
    """
    return _may_hold(text) and _CONTACT.search(text) is not None


def mask(text: str) -> str:
    """`text` with « … » for each e-mail address and telephone number; masking again changes nothing."""
    return _CONTACT.sub(MASK, text) if _may_hold(text) else text


def cut_contacts(text: str) -> str:
    """`text` without e-mail addresses and telephone numbers, their labels (Tél, Fax, Mail) included."""
    if MASK not in text and not contains_contact(text):
        return text
    return " ".join(_LABELLED.sub(" ", text).split()).strip(" ,;:-–/|")


def _may_hold(text: str) -> bool:
    return "@" in text or _NINE_DIGITS.search(text) is not None
