"""The rows of member lists and of files of contacts, with the persons that each names."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from transforms.errors import AlliageError
from transforms.sources.contract import Contract
from transforms.sources.files import LOCKS, read_bytes
from transforms.sources.listing import lines
from transforms.suppression.cell_shares import owners_of_emails, owners_of_phones
from transforms.suppression.identifiers import emails, name_words, persons, phone_value
from transforms.warehouse import beside, database, versions

_BETWEEN_PHONES = re.compile(r"[/;,|\n]|\s(?:ou|et)\s", re.I)
_NATIONAL = re.compile(r"0[\s.\-]*[1-9](?:[\s.\-]*\d){8}")
_LONGEST_PHONE = 15  # digits, ITU-T E.164
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
    def emails(self) -> list[str]:
        """Its addresses."""
        return list(dict.fromkeys(one.value for one in emails(self.cells.get("email", ""))))

    @property
    def phones(self) -> list[str]:
        """Its telephones, by their last nine digits."""
        parts = _BETWEEN_PHONES.split(self.cells.get("phone", ""))
        return list(dict.fromkeys(found for part in parts for found in _numbers(part)))

    def ways_of(self, names: Iterable[tuple[str, ...]]) -> tuple[set[str], set[str]]:
        """The addresses and telephones of some of the persons that it names; of all, each that it has."""
        own = set(names)
        if own >= set(self.names):
            return set(self.emails), set(self.phones)
        mine = {at for at, name in enumerate(self.names) if name in own}
        addressed = zip(self.emails, owners_of_emails(self.names, self.emails), strict=True)
        dialled = zip(self.phones, owners_of_phones(self.names, self.phones), strict=True)
        return {one for one, at in addressed if at in mine}, {one for one, at in dialled if at in mine}

    def unclear(self) -> bool:
        """Whether it names several persons and does not tell whose an address or a telephone is."""
        owners = (
            owners_of_emails(self.names, self.emails),
            owners_of_phones(self.names, self.phones),
        )
        return any(None in found for found in owners) and len(self.names) > 1


def rows_of(raw: Path, warehouse: Path, contracts: Iterable[Contract]) -> list[Row]:
    """Every row of the exports, of the published contacts and of those of kept versions."""
    return [*_exported(raw, contracts), *_published(warehouse)]


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
