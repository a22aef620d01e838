"""The sign between two values."""

import pytest

from review.comparing import _row

TOWNS = {
    "two towns": ("69001 LYON", "38000 GRENOBLE", "unequal"),
    "two towns with letters in common": ("69100 VILLEURBANNE", "69400 VILLEFRANCHE", "unequal"),
    "a hyphen": ("38300 Bourgoin-Jallieu", "38300 BOURGOIN JALLIEU", "equal"),
    "saint in short": ("42000 St Etienne", "42000 Saint-Étienne", "equal"),
    "no postcode": ("Lyon", "69001 Lyon", "equal"),
    "two postcodes of one town": ("69001 Lyon", "69003 Lyon", "near"),
    "written in two ways": ("69100 Villeurbane", "69100 Villeurbanne", "near"),
}


@pytest.mark.parametrize(("left", "right", "sign"), TOWNS.values(), ids=TOWNS)
def test_towns(left: str, right: str, sign: str) -> None:
    row = _row("town", "Ville", {"town": left}, {"town": right})
    assert row is not None
    assert row.sign == sign
