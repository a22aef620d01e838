"""The territories as pictures and tables show them: short names, codes, and their order from west to east."""

from transforms.reporting.document import name
from transforms.reporting.reading import Row

ELSEWHERE = "hors-region"
UNKNOWN = "inconnu"

_SHORT = {"69": "Rhône hors Métropole", ELSEWHERE: "Hors région", UNKNOWN: "Inconnu"}
_CODES = {"lyon": "Ly", ELSEWHERE: "HR"}
_WEST_TO_EAST = ("15", "63", "03", "43", "42", "07", "69", "lyon", "26", "01", "38", "73", "74")


def short(row: Row) -> str:
    """The name of a row's territory, where the whole one would be too wide."""
    return _SHORT.get(row["territory"]) or name(row["territory_name"])


def code(territory: str) -> str:
    """What fits into a small disc."""
    return _CODES.get(territory, territory[:3])


def west_to_east(territory: str) -> tuple[int, str]:
    """A key to sort by; territories elsewhere come last."""
    there = territory in _WEST_TO_EAST
    return (_WEST_TO_EAST.index(territory) if there else len(_WEST_TO_EAST), territory)


def inside(row: Row) -> bool:
    """Whether the row's territory is known and in the region."""
    return row["territory"] not in (ELSEWHERE, UNKNOWN)
