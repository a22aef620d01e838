"""One row of a member list without the persons who were erased: what each cell becomes."""

from collections.abc import Mapping, Sequence

from transforms.personal import MASK
from transforms.refusals import is_personal
from transforms.suppression.identifiers import persons
from transforms.suppression.matcher import Matcher

# Where a mention goes and the rest of the cell stays; in any other field a cell with a person says nothing.
_TEXTS = frozenset(
    ("name", "trade_name", "legal_form", "address", "full_address", "postcode", "city", "status", "college")
)
_COMPANY_NAMES = frozenset(("name", "trade_name"))


def cleaned_row(
    cells: Mapping[int, str],
    fields: Mapping[int, str | None],
    member: str | None,
    matchers: Sequence[Matcher],
) -> dict[int, str]:
    """The cells of one row that change, by position, with what they become.

    A row whose contact is an erased person loses its contact cells; so does one that names nobody but has a
    telephone or an address of theirs. Where another person is the contact, what is that person's stays.
    The row itself stays, and the company's name with « … » where it named the person.

    Args:
        cells: the texts of the row by position.
        fields: the field of each column, None of an unknown one.
        member: the row's « source:number »; None of a row without a number.
        matchers: who was erased.
    """
    now = dict(cells)
    for matcher in matchers:
        now |= _cleaned(now, fields, member, matcher)
    return {at: text for at, text in now.items() if text != cells[at]}


def _cleaned(
    cells: Mapping[int, str], fields: Mapping[int, str | None], member: str | None, matcher: Matcher
) -> dict[int, str]:
    contact = [at for at in cells if _is_contact(fields.get(at))]
    whose = _whose({at: cells[at] for at in contact}, fields, member, matcher)
    changed: dict[int, str] = {}
    for at, text in cells.items():
        if not text:
            continue
        field = fields.get(at)
        after = _contact_cell(text, field, member, matcher, whose) if at in contact else text
        after = _other_cell(text, field, member, matcher) if at not in contact else after
        if after != text:
            changed[at] = after
    return changed


def _is_contact(field: str | None) -> bool:
    return field is not None and is_personal(field)


def _whose(
    cells: Mapping[int, str], fields: Mapping[int, str | None], member: str | None, matcher: Matcher
) -> str:
    """Whose contact cells these are: theirs, another's, both or nobody's."""
    reached = any(one.kind != "name" for text in cells.values() for one in matcher.mentions(text))
    named = [person for at in cells if fields.get(at) == "contact_person" for person in persons(cells[at])]
    erased = [person for person in named if _is_erased(person, member, matcher, reached=reached)]
    if erased:
        return "both" if len(erased) < len(named) else "theirs"
    if named:
        return "another's"
    return "theirs" if any(matcher.holds(text, member) for text in cells.values()) else "nobody's"


def _is_erased(person: str, member: str | None, matcher: Matcher, *, reached: bool) -> bool:
    """Whether a contact is an erased one: by name on their own rows, elsewhere by that and more.

    A member that is numbered anew is found so, and a namesake at another company stays.
    """
    return matcher.names_one(person, member) or (reached and matcher.names_one(person, None))


def _contact_cell(text: str, field: str | None, member: str | None, matcher: Matcher, whose: str) -> str:
    if whose == "theirs":
        return ""
    if field == "contact_person":
        if whose != "both":
            return text
        return " / ".join(one for one in persons(text) if not _is_erased(one, member, matcher, reached=True))
    if field == "contact_role":
        return "" if whose == "both" else text
    # What counts on this member's rows only may by now be that of the next contact.
    after = matcher.cut(text, member if whose == "both" else None, mask="")
    return text if after == text else after.strip(" ;,/|-")


def _other_cell(text: str, field: str | None, member: str | None, matcher: Matcher) -> str:
    if matcher.keeps_names and field in _COMPANY_NAMES:
        return text
    after = matcher.cut(text, member)
    if after == text:
        return text
    return after if field is None or field in _TEXTS else "" if field != "member_id" else _shortened(after)


def _shortened(after: str) -> str:
    """A member's number without the person; one that was nothing else is empty, and its row is refused."""
    return after if after.replace(MASK, "").strip(" .,;-_/") else ""
