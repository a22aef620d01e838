"""Who a request is about: the rows of member lists that name a person, and what else they tell of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from flows.people_rows import Row
from transforms.suppression.identifiers import emails, name_key, name_words, phone_value
from transforms.suppression.matcher import Identity, widely
from transforms.text import fold

_ROUNDS = 4
_SHORT = 2
_SIREN, _SIRET = 9, 14


@dataclass(frozen=True)
class Question:
    """What somebody asks for: an address, a telephone, a name, or a member by number, SIREN or name."""

    text: str
    email: str | None = None
    phone: str | None = None
    siren: str | None = None
    name: tuple[str, ...] = ()


@dataclass(frozen=True)
class Subject:
    """Whom a question is about.

    Attributes:
        question: what was asked.
        identity: all that tells the person, or the persons of the member.
        rows: where they are the contact, or whose company it is.
        shared: telephones and addresses that rows of other persons have too.
        homonyms: rows of other members whose contact or company has the same name, and are left alone.
        is_member: whether a member was asked for.
        unclear: members whose row names several persons and does not tell whose an address or telephone is.
    """

    question: Question
    identity: Identity
    rows: tuple[Row, ...] = ()
    shared: frozenset[str] = frozenset()
    homonyms: int = 0
    is_member: bool = False
    unclear: tuple[str, ...] = ()


@dataclass
class _Search:
    rows: Sequence[Row]
    found: dict[int, Row] = field(default_factory=dict)
    names: set[tuple[str, ...]] = field(default_factory=set)
    emails: set[str] = field(default_factory=set)
    phones: set[str] = field(default_factory=set)

    def take(self, at: int, row: Row, mine: Iterable[tuple[str, ...]]) -> None:
        """Add a row with what it says of the person, who is called `mine` in it."""
        self.found[at] = row
        addresses, numbers = row.ways_of(mine)
        self.names.update(mine)
        self.emails |= addresses
        self.phones |= numbers


def asked(text: str) -> Question:
    """What a question may mean; a text of nine digits may be a telephone and a SIREN."""
    plain = " ".join(text.split())
    digits = "".join(char for char in plain if char.isascii() and char.isdigit())
    letters = any(map(str.isalpha, plain))
    address = next((one.value for one in emails(plain)), None)
    if address or letters:
        return Question(plain, email=address, name=() if address else name_words(plain))
    siren = digits[:_SIREN] if len(digits) in (_SIREN, _SIRET) else None
    return Question(plain, phone=phone_value(digits) if len(digits) != _SIRET else None, siren=siren)


def subject(question: Question, rows: Sequence[Row]) -> Subject:
    """Who is asked for, with all that their rows say of them.

    A telephone or an address that a row has whose contact is another person is shared: it counts on the rows
    of this person only. A name that rows of others bear too is known by member, not everywhere.
    """
    search = _Search(rows)
    _find_person(question, search)
    is_member = not search.found and _find_member(question, search)
    if not is_member:
        _widen(search)
    shared = _shared(search)
    return _subject(question, search, shared, is_member=is_member)


def _find_person(question: Question, search: _Search) -> None:
    for at, row in enumerate(search.rows):
        named = [name for name in row.names if question.name and set(question.name) <= set(name)]
        if named:
            search.take(at, row, named)
        elif question.email in row.emails or question.phone in row.phones:
            search.take(at, row, _reached(question, row))


def _reached(question: Question, row: Row) -> list[tuple[str, ...]]:
    """Whom of the persons of a row the address or the telephone asked for reaches."""
    if len(row.names) == 1:
        return row.names
    ways = ((name, row.ways_of([name])) for name in row.names)
    return [name for name, (own, dialled) in ways if question.email in own or question.phone in dialled]


def _find_member(question: Question, search: _Search) -> bool:
    """Rows of a member by its number, its SIREN or its name."""
    text = fold(question.text)
    found = [
        (at, row)
        for at, row in enumerate(search.rows)
        if text in (fold(row.member), fold(row.member.partition(":")[2]))
        or (question.siren and question.siren in _sirens(row))
        or (question.name and text == fold(row.cells.get("name", "")))
    ]
    members = {row.member for _, row in found}
    for at, row in enumerate(search.rows):
        if row.member in members:
            search.take(at, row, row.names)
    return bool(found)


def _sirens(row: Row) -> set[str]:
    cells = (row.cells.get(field, "") for field in ("siren", "siret"))
    return {"".join(filter(str.isdigit, cell))[:_SIREN] for cell in cells}


def _widen(search: _Search) -> None:
    """Add the rows that know the same person by an address or a mobile of theirs."""
    for _ in range(_ROUNDS):
        own = {one for one in search.emails if widely("email", one)}
        mobile = {one for one in search.phones if widely("phone", one)}
        more = [
            (at, row)
            for at, row in enumerate(search.rows)
            if at not in search.found
            and (own & set(row.emails) or mobile & set(row.phones))
            and (not row.names or any(_same_as_any(name, search.names) for name in row.names))
        ]
        if not more:
            return
        known = set(search.names)
        for at, row in more:
            search.take(at, row, _those(row.names, known))


def _shared(search: _Search) -> frozenset[str]:
    """The identifiers that rows of other persons have too."""
    shared: set[str] = set()
    for at, row in enumerate(search.rows):
        if at not in search.found and row.names:
            shared |= (search.emails & set(row.emails)) | (search.phones & set(row.phones))
    return frozenset(shared)


def _subject(question: Question, search: _Search, shared: frozenset[str], *, is_member: bool) -> Subject:
    members = frozenset(row.member for row in search.found.values())
    mine = {name_key(name) for name in search.names if name}
    others = [
        row for at, row in enumerate(search.rows) if at not in search.found and row.member not in members
    ]
    named = {name for name in mine for row in others if _in_company_name(name, row)}
    elsewhere = {name_key(name) for row in others for name in row.names} | named
    asked_for = {one for one in (question.email, question.phone) if one}
    if question.name and not is_member and len(question.name) >= _SHORT:
        mine.add(name_key(question.name))
    everywhere = {
        one for one in search.emails if one in asked_for or (widely("email", one) and one not in shared)
    } | ({question.email} if question.email else set())
    dialled = {
        one for one in search.phones if one in asked_for or (widely("phone", one) and one not in shared)
    } | ({question.phone} if question.phone and not is_member else set())
    identity = Identity(
        emails=frozenset(everywhere),
        phones=frozenset(dialled),
        names=frozenset(name for name in mine if len(name.split()) >= _SHORT and name not in elsewhere),
        members=members,
        own_names=frozenset(mine),
        own_emails=frozenset(search.emails - everywhere),
        own_phones=frozenset(search.phones - dialled),
    )
    homonyms = sum(
        any(name_key(name) in mine for name in row.names) or any(_in_company_name(one, row) for one in named)
        for row in others
    )
    rows = tuple(search.found.values())
    unclear = {row.member for row in rows if row.unclear()} if not is_member else set()
    return Subject(question, identity, rows, shared, homonyms, is_member, tuple(sorted(unclear)))


def _in_company_name(name: str, row: Row) -> bool:
    """Whether the company of a row bears the name of a person: Université Zoé Exemple."""
    words = set(name.split())
    return len(words) >= _SHORT and any(
        words <= set(name_words(row.cells.get(field, ""))) for field in ("name", "trade_name")
    )


def _same_as_any(name: tuple[str, ...], others: Iterable[tuple[str, ...]]) -> bool:
    """Whether two spellings may be one person's: they share a word that is no initial."""
    own = {word for word in name if len(word) > _SHORT}
    return any(own & set(other) for other in others)


def _those(names: Sequence[tuple[str, ...]], known: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Of the persons in a cell those who may be one who is known; of a couple with one surname, that one."""
    like = [name for name in names if _same_as_any(name, known)]
    exact = [
        name for name in like if any(set(name) <= set(one) or set(one) <= set(name) for one in known if one)
    ]
    return exact or like
