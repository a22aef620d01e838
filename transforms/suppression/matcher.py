"""Finding erased persons in any text by keyed hashes, without knowing who they are."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from pydantic import BaseModel, ConfigDict

from transforms.personal import MASK
from transforms.suppression.escapes import unescaped
from transforms.suppression.identifiers import (
    Kind,
    Mention,
    emails,
    is_mobile,
    is_role_address,
    name_choices,
    names,
    phones,
)
from transforms.warehouse import files

# Of what is only looked for, nothing is kept: any key will do.
PASSING_KEY = "look"


class Entry(BaseModel):
    """One identifier of an erased person, as a hash that gives nothing back.

    Attributes:
        kind: e-mail, telephone or name.
        digest: HMAC-SHA-256 under the key of the installation, its first 128 bits in hexadecimal.
        scoped: whether it counts on the rows of one member only, whose number is in the hash: a name that
            others may bear, the telephone or the address of a function.
        size: of a name, how many words it has.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    kind: Kind
    digest: str
    scoped: bool = False
    size: int = 0


@dataclass(frozen=True)
class Identity:
    """The plain identifiers of persons to be found or erased; never written to a disk.

    Attributes:
        emails, phones: in the form of `identifiers`, wherever they stand.
        names: names by their words in one order, wherever they stand.
        members: the rows that are theirs, « source:number ».
        own_names, own_emails, own_phones: what counts on these rows only.
    """

    emails: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    members: frozenset[str] = frozenset()
    own_names: frozenset[str] = frozenset()
    own_emails: frozenset[str] = frozenset()
    own_phones: frozenset[str] = frozenset()


def entries_of(identity: Identity, key: str) -> tuple[Entry, ...]:
    """The hashes of an identity, in an order that says nothing."""
    everywhere: tuple[tuple[Kind, frozenset[str]], ...] = (
        ("email", identity.emails),
        ("phone", identity.phones),
        ("name", identity.names),
    )
    own: tuple[tuple[Kind, frozenset[str]], ...] = (
        ("email", identity.own_emails),
        ("phone", identity.own_phones),
        ("name", identity.own_names),
    )
    found = {_entry(key, kind, value) for kind, values in everywhere for value in values}
    found |= {
        _entry(key, kind, value, member)
        for kind, values in own
        for value in values
        for member in identity.members
    }
    return tuple(sorted(found, key=lambda entry: entry.digest))


@dataclass(frozen=True)
class Matcher:
    """What finds the persons of some entries.

    Attributes:
        key: the key of the installation.
        entries: their hashes.
        keeps_names: whether the names of companies stay as they are.
    """

    key: str
    entries: frozenset[Entry]
    keeps_names: bool = False
    _known: dict[tuple[str, bool], frozenset[str]] = field(default_factory=dict, compare=False)
    _sizes: dict[bool, frozenset[int]] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        for scoped in (False, True):
            for kind in ("email", "phone", "name"):
                found = (entry for entry in self.entries if entry.kind == kind and entry.scoped == scoped)
                self._known[kind, scoped] = frozenset(entry.digest for entry in found)
            named = (entry for entry in self.entries if entry.kind == "name" and entry.scoped == scoped)
            self._sizes[scoped] = frozenset(entry.size for entry in named)

    def __bool__(self) -> bool:
        return bool(self.entries)

    def without_names(self) -> "Matcher":
        """What finds e-mail addresses and telephones only."""
        return Matcher(self.key, frozenset(entry for entry in self.entries if entry.kind != "name"))

    def mentions(self, text: str, member: str | None = None) -> list[Mention]:
        """Where a person stands in `text`, which belongs to the row of `member` if there is one."""
        # A text with an escape is read twice, and what is written plainly is found both times.
        found = {one for one in self._candidates(text, member) if self._knows(one, member)}
        return sorted(found, key=lambda one: (one.start, -one.end))

    def holds(self, text: str, member: str | None = None) -> bool:
        """Whether a person stands in `text`."""
        return any(self._knows(one, member) for one in self._candidates(text, member))

    def cut(self, text: str, member: str | None = None, *, mask: str = MASK) -> str:
        """`text` with `mask` for each person; cutting again changes nothing."""
        kept, at = [], 0
        for one in self.mentions(text, member):
            if one.start >= at:
                kept += [text[at : one.start], mask]
            at = max(at, one.end)
        return "".join([*kept, text[at:]]) if kept else text

    def names_one(self, person: str, member: str | None) -> bool:
        """Whether the person that a contact cell names is one of them; with a `member`, on its rows only."""
        sizes = self._sizes[member is not None]
        return any(self._has("name", value, member) for value in name_choices(person, sizes))

    def _candidates(self, text: str, member: str | None) -> Iterator[Mention]:
        yield from self._read(text, member)
        if plain := unescaped(text):
            for one in self._read(plain.text, member):
                start, end = plain.span(one.start, one.end)
                yield replace(one, start=start, end=end)

    def _read(self, text: str, member: str | None) -> Iterator[Mention]:
        if self._any("email"):
            yield from emails(text)
        if self._any("phone"):
            yield from phones(text)
        sizes = self._sizes[False] | (self._sizes[True] if member else frozenset())
        if sizes:
            # An address that holds the name goes whole: half of one is neither an address nor nothing.
            whole = list(emails(text))
            for one in names(text, sizes):
                around = [mail for mail in whole if one.start < mail.end and mail.start < one.end]
                start = min([one.start, *(mail.start for mail in around)])
                yield replace(one, start=start, end=max([one.end, *(mail.end for mail in around)]))

    def _any(self, kind: str) -> bool:
        return bool(self._known[kind, False] or self._known[kind, True])

    def _knows(self, one: Mention, member: str | None) -> bool:
        return self._has(one.kind, one.value) or (
            member is not None and self._has(one.kind, one.value, member)
        )

    def _has(self, kind: str, value: str, member: str | None = None) -> bool:
        known = self._known[kind, member is not None]
        return bool(known) and _digest(self.key, kind, value, member) in known


def widely(kind: Kind, value: str) -> bool:
    """Whether an identifier reaches one person whoever's row it stands on."""
    return is_mobile(value) if kind == "phone" else not is_role_address(value)


def _entry(key: str, kind: Kind, value: str, member: str | None = None) -> Entry:
    size = len(value.split()) if kind == "name" else 0
    return Entry(kind=kind, digest=_digest(key, kind, value, member), scoped=member is not None, size=size)


def _digest(key: str, kind: str, value: str, member: str | None) -> str:
    said = "\x1f".join((kind, member or "", value))
    return files.keyed(key, said)
