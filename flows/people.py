"""Who a request is about: the rows of member lists that name a person, and what else they tell of them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from transforms.errors import AlliageError
from transforms.sources.contract import Contract
from transforms.sources.files import LOCKS, read_bytes
from transforms.sources.listing import lines
from transforms.suppression.identifiers import emails, name_key, name_words, persons, phone_value
from transforms.suppression.matcher import Identity, widely
from transforms.text import fold
from transforms.warehouse import beside, database, versions

_BETWEEN_PHONES = re.compile(r"[/;,|\n]|\s(?:ou|et)\s", re.I)
_NATIONAL = re.compile(r"0[\s.\-]*[1-9](?:[\s.\-]*\d){8}")
_LONGEST_PHONE = 15  # digits, ITU-T E.164
_ROUNDS = 4
_SHORT = 2
_SIREN, _SIRET = 9, 14
_CONTACTS = "SELECT source, member_id, person, role, email, telephone FROM contacts ORDER BY ALL"


@dataclass(frozen=True)
class Row:
    """A row of a member list, or of a file of contacts: the texts of its fields."""

    member: str
    place: Path
    line: int | None
    cells: dict[str, str]

    @property
    def names(self) -> list[tuple[str, ...]]:
        """The persons that its contact cell names, by their words."""
        return [name_words(person) for person in persons(self.cells.get("contact_person", ""))]

    @property
    def emails(self) -> frozenset[str]:
        """Its addresses."""
        return frozenset(one.value for one in emails(self.cells.get("email", "")))

    @property
    def phones(self) -> frozenset[str]:
        """Its telephones, by their last nine digits."""
        parts = _BETWEEN_PHONES.split(self.cells.get("phone", ""))
        return frozenset(found for part in parts for found in _numbers(part))


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
    """

    question: Question
    identity: Identity
    rows: tuple[Row, ...] = ()
    shared: frozenset[str] = frozenset()
    homonyms: int = 0
    is_member: bool = False


@dataclass
class _Search:
    rows: Sequence[Row]
    found: dict[int, Row] = field(default_factory=dict)
    names: set[tuple[str, ...]] = field(default_factory=set)
    emails: set[str] = field(default_factory=set)
    phones: set[str] = field(default_factory=set)

    def take(self, rows: Iterable[tuple[int, Row]], mine: Iterable[tuple[str, ...]] | None = None) -> None:
        """Add rows with what they say of the person; of several persons in a cell, those of `mine`."""
        for at, row in rows:
            self.found[at] = row
            wanted = row.names if mine is None else [name for name in row.names if _same_as_any(name, mine)]
            self.names.update(wanted)
            if len(wanted) == len(row.names):
                self.emails |= row.emails
                self.phones |= row.phones


def rows_of(raw: Path, warehouse: Path, contracts: Iterable[Contract]) -> list[Row]:
    """Every row of the exports, of the published contacts and of those of kept versions."""
    return [*_exported(raw, contracts), *_published(warehouse)]


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
            search.take([(at, row)], named)
        elif (question.email and question.email in row.emails) or (
            question.phone and question.phone in row.phones
        ):
            search.take([(at, row)])


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
    search.take((at, row) for at, row in enumerate(search.rows) if row.member in members)
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
            and (row.emails & own or row.phones & mobile)
            and (not row.names or any(_same_as_any(name, search.names) for name in row.names))
        ]
        if not more:
            return
        search.take(more, search.names)


def _shared(search: _Search) -> frozenset[str]:
    """The identifiers that rows of other persons have too."""
    shared: set[str] = set()
    for at, row in enumerate(search.rows):
        if at not in search.found and row.names:
            shared |= (row.emails & search.emails) | (row.phones & search.phones)
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
    return Subject(question, identity, rows, shared, homonyms, is_member)


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


def _numbers(part: str) -> Iterator[str]:
    """The telephones of a part of a cell: one, or several that nothing but spaces parts."""
    if sum(map(str.isdigit, part)) <= _LONGEST_PHONE:
        value = phone_value(part)
        return iter((value,) if value else ())
    return (value for found in _NATIONAL.findall(part) if (value := phone_value(found)))


def _exported(raw: Path, contracts: Iterable[Contract]) -> Iterator[Row]:
    for contract in contracts:
        for path in files_below(raw / contract.folder):
            try:
                for line in lines(read_bytes(path), path.name, contract):
                    if line.member and not line.values:
                        cells: dict[str, str] = {}
                        for at, text in line.cells.items():
                            if name := line.fields.get(at):
                                cells.setdefault(name, text)
                        yield Row(line.member, path, line.number, cells)
            except AlliageError:
                continue


def _published(warehouse: Path) -> Iterator[Row]:
    places = [beside.contacts(warehouse)]
    places += [one.folder / beside.contacts(warehouse).name for one in versions.kept(warehouse)]
    for place in places:
        if not place.is_file():
            continue
        with database.connect(place, read_only=True) as con:
            found = con.execute(_CONTACTS).fetchall()
        for source, member_id, person, role, email, telephone in found:
            cells = {"contact_person": person, "contact_role": role, "email": email, "phone": telephone}
            yield Row(
                f"{source}:{member_id}", place, None, {name: text for name, text in cells.items() if text}
            )


def files_below(folder: Path) -> list[Path]:
    """The files below a folder, locks and drafts apart."""
    found = sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []
    return [path for path in found if not path.name.startswith(LOCKS)]
