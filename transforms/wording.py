"""Numbers as French readers write them."""


def number(value: float) -> str:
    """A whole number as French readers write it: 12 345."""
    return f"{round(value):,}".replace(",", "\u202f")


def plural(count: int, one: str, many: str) -> str:
    """`1 fiche`, `2 fiches`."""
    return f"{number(count)} {one if count < 2 else many}"
