"""Words of the published tables that are no value of their own: all, nobody, unknown, elsewhere."""

from transforms import reference

# What a line sums over.
ALL = "tous"
# Companies that are members of no founding network.
NO_FOUNDER = "aucun"
UNKNOWN = "inconnu"


def markers() -> tuple[str, ...]:
    """All of them, in small letters; the same word in a cell of an export is no value."""
    return ALL, NO_FOUNDER, UNKNOWN, reference.load("territories")["elsewhere"]
