"""Several persons in one contact cell: which address and which telephone is whose."""

from collections.abc import Sequence

from transforms.text import fold

Name = tuple[str, ...]
# A word of two letters stands in too many addresses to tell whose one is.
_SHORT = 2


def owners_of_emails(names: Sequence[Name], addresses: Sequence[str]) -> list[int | None]:
    """For each address the position of its person in `names`; None where nothing tells.

    An address is that of the person whom it names best; of the others, as many as persons, each is that of
    the person who stands at its place.
    """
    named = [_named_by(address, names) for address in addresses]
    if len(names) != len(addresses):
        return named
    taken = set(named)
    return [one if one is not None else at if at not in taken else None for at, one in enumerate(named)]


def owners_of_phones(names: Sequence[Name], numbers: Sequence[str]) -> list[int | None]:
    """For each telephone the position of its person: that at the same place, of as many."""
    if len(names) != len(numbers):
        return [0 if len(names) == 1 else None for _ in numbers]
    return list(range(len(numbers)))


def _named_by(address: str, names: Sequence[Name]) -> int | None:
    if len(names) == 1:
        return 0
    points = [_points(fold(address.partition("@")[0]), name) for name in names]
    best = max(points, default=0)
    return points.index(best) if best and points.count(best) == 1 else None


def _points(local: str, name: Name) -> int:
    """How well the part of an address before the @ names a person: jean.dupont, jdupont, dupont."""
    found = [word for word in name if len(word) > _SHORT and word in local]
    for word in found:
        local = local.replace(word, "")
    is_initial = any(local.startswith(word[0]) for word in name if word not in found)
    return 2 * len(found) + is_initial if found else 0
