import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.refusals import refusal
from transforms.standardise.addresses import COLUMNS, split_address, standardise_addresses
from transforms.standardise.places import city_key, read_postcode, read_town
from transforms.standardise.streets import read_street

PIECES = [
    *(
        "12",
        "bis",
        "B",
        "rue",
        "R",
        "av.",
        "des",
        "Lilas",
        "Bât. C",
        "2e étage",
        "BP 12",
        "ZA",
        "Le Bourg",
        ",",
    ),
    *(
        "\n",
        " - ",
        "69003",
        "1150",
        "LYON",
        "Cedex 03",
        "3eme",
        "France",
        "L'Étang",
        "69",
        "N°",
        "(",
        ")",
        "F-69100",
    ),
]
TEXTS = st.one_of(st.text(max_size=30), st.lists(st.sampled_from(PIECES), max_size=8).map(" ".join))


@pytest.mark.parametrize(
    ("text", "number", "kind", "name", "complement", "line"),
    [
        pytest.param("12 rue des Lilas", "12", "RUE", "LILAS", None, "12 rue des Lilas", id="plain"),
        pytest.param("12, rue des Lilas", "12", "RUE", "LILAS", None, "12 rue des Lilas", id="comma"),
        pytest.param("12 R DU VALLON", "12", "RUE", "VALLON", None, "12 R DU VALLON", id="R is no suffix"),
        pytest.param(
            "12 B av. du Gal Verdier", "12 BIS", "AVENUE", "GENERAL VERDIER", None, None, id="B is bis"
        ),
        pytest.param("12bis Bd St Amarin", "12 BIS", "BOULEVARD", "SAINT AMARIN", None, None, id="glued bis"),
        pytest.param("6 A IMP DES LILAS", "6 A", "IMPASSE", "LILAS", None, None, id="letter"),
        pytest.param("12-14 quai de l'Écluse", "12", "QUAI", "ECLUSE", None, None, id="range"),
        pytest.param(
            "49 Grande rue du Vallon", "49", "GRANDE RUE", "VALLON", None, None, id="type of two words"
        ),
        pytest.param("RUE DU 3 MAI 1921", None, "RUE", "3 MAI 1921", None, None, id="date in the name"),
        pytest.param("n° 5 rue Verte", "5", "RUE", "VERTE", None, None, id="n°"),
        pytest.param(
            "Tour Azur 129 rue Verte", "129", "RUE", "VERTE", "Tour Azur", "129 rue Verte", id="tower ahead"
        ),
        pytest.param(
            "Chez Essai 12 bis rue Verte", "12 BIS", "RUE", "VERTE", "Chez Essai", None, id="host ahead"
        ),
        pytest.param("LD LA COMBETTE", None, "LIEU DIT", "COMBETTE", None, None, id="lieu-dit"),
        pytest.param("Zone Artisanale de la Combette", None, "ZA", "COMBETTE", None, None, id="zone"),
        pytest.param("LES COMBETTES", None, None, "COMBETTES", None, "LES COMBETTES", id="only a name"),
        pytest.param(
            "Bât. B, 3 rue Verte", "3", "RUE", "VERTE", "Bât. B", "3 rue Verte", id="building first"
        ),
        pytest.param(
            "3 rue Verte Bât. B", "3", "RUE", "VERTE", "Bât. B", "3 rue Verte", id="building behind"
        ),
        pytest.param(
            "3 rue Verte BP 123", "3", "RUE", "VERTE", "BP 123", "3 rue Verte", id="post box behind"
        ),
        pytest.param("2e étage, LA COMBETTE", None, None, "COMBETTE", "2e étage", "LA COMBETTE", id="floor"),
        pytest.param(
            "Tour Azur\n3 rue Verte", "3", "RUE", "VERTE", "Tour Azur", "3 rue Verte", id="two lines"
        ),
        pytest.param(
            "ZA du Pré - 3 rue Verte", "3", "RUE", "VERTE", "ZA du Pré", "3 rue Verte", id="zone beside"
        ),
        pytest.param(
            "Immeuble Azur - ZI Nord", None, "ZI", "NORD", "Immeuble Azur", "ZI Nord", id="zone as street"
        ),
        pytest.param("BP 123", None, None, None, None, "BP 123", id="only a post box"),
    ],
)
def test_street(
    text: str,
    number: str | None,
    kind: str | None,
    name: str | None,
    complement: str | None,
    line: str | None,
) -> None:
    street = read_street(text)
    assert street[:4] == (number, kind, name, complement)
    assert line is None or street.line == line


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        pytest.param("12 rue Verte, 69003 LYON", ("12 rue Verte", "69003", "LYON"), id="comma"),
        pytest.param("12 rue Verte\n69003 LYON", ("12 rue Verte", "69003", "LYON"), id="two lines"),
        pytest.param(
            "12 rue Verte 69003 Lyon Cedex 03", ("12 rue Verte", "69003", "Lyon Cedex 03"), id="cedex"
        ),
        pytest.param("12 rue Verte F-69003 Lyon, France", ("12 rue Verte", "69003", "Lyon"), id="country"),
        pytest.param("12 rue Verte, Lyon 69003", ("12 rue Verte", "69003", "Lyon"), id="town first"),
        pytest.param("12 rue Verte, 1150 LAGNIEU", ("12 rue Verte", "01150", "LAGNIEU"), id="lost zero"),
        pytest.param("12 rue Verte, Lyon", ("12 rue Verte", None, "Lyon"), id="no postcode"),
        pytest.param("42290 Sorbiers", ("", "42290", "Sorbiers"), id="no street"),
        pytest.param(", 26120 CHABEUIL", ("", "26120", "CHABEUIL"), id="empty street"),
        pytest.param(
            "CS 60001, 69100 Villeurbanne", ("CS 60001", "69100", "Villeurbanne"), id="five digits first"
        ),
        pytest.param("26500 Bourg Verte", ("", "26500", "Bourg Verte"), id="town called like a street"),
        pytest.param("1150 route de Verte", ("1150 route de Verte", None, None), id="street number of four"),
        pytest.param("12 rue Verte, Bât. C", ("12 rue Verte, Bât. C", None, None), id="building is no town"),
        pytest.param(
            "2e étage, Les Combes", ("2e étage, Les Combes", None, None), id="no street before a town"
        ),
    ],
)
def test_split(text: str, parts: tuple[str, str | None, str | None]) -> None:
    assert split_address(text) == parts


@pytest.mark.parametrize(
    ("text", "city", "key", "is_cedex"),
    [
        pytest.param("LYON 3EME", "Lyon", "LYON", False, id="arrondissement"),
        pytest.param("Lyon 7e arrondissement", "Lyon", "LYON", False, id="arrondissement in full"),
        pytest.param("LYON CEDEX 09", "Lyon", "LYON", True, id="cedex"),
        pytest.param("Lyon 7Eme Cedex 3", "Lyon", "LYON", True, id="both"),
        pytest.param("PARIS 8", "Paris", "PARIS", False, id="number"),
        pytest.param("ST-ETIENNE", "St-Etienne", "SAINT ETIENNE", False, id="ST"),
        pytest.param("Ste Foy lès Lyon", "Ste Foy lès Lyon", "SAINTE FOY LES LYON", False, id="STE"),
        pytest.param("VILLEFRANCHE S/ SAONE", None, "VILLEFRANCHE SUR SAONE", False, id="S/"),
        pytest.param("Saint-Étienne", "Saint-Étienne", "SAINT ETIENNE", False, id="as written"),
        pytest.param("L'ISLE D'ABEAU", "L'Isle d'Abeau", "L ISLE D ABEAU", False, id="apostrophes"),
        pytest.param("69003 Lyon (Rhône)", "Lyon", "LYON", False, id="postcode and brackets"),
    ],
)
def test_town(text: str, city: str | None, key: str, is_cedex: bool) -> None:
    town = read_town(text)
    assert (town.city_key, town.is_cedex, town.rule) == (key, is_cedex, None)
    assert city is None or town.city == city


@pytest.mark.parametrize(
    ("text", "postcode", "rule"),
    [
        pytest.param("69003", "69003", None, id="as it is"),
        pytest.param("69 003", "69003", None, id="space"),
        pytest.param("69003.0", "69003", None, id="number as text"),
        pytest.param("F-69003", "69003", None, id="country"),
        pytest.param("1150", "01150", "postcode_lost_zero", id="lost zero"),
        pytest.param("97400", "97400", None, id="overseas"),
        pytest.param("99999", None, "postcode_format", id="no département"),
        pytest.param("00100", None, "postcode_format", id="département 00"),
        pytest.param("2620X", None, "postcode_format", id="last digit unreadable"),
        pytest.param("690033", None, "postcode_format", id="too long"),
        pytest.param("69", None, "postcode_format", id="too short"),
        pytest.param("CH-1204", None, "postcode_format", id="foreign"),
    ],
)
def test_postcode(text: str, postcode: str | None, rule: str | None) -> None:
    read = read_postcode(text)
    assert (read.postcode, read.rule) == (postcode, rule)


def frame_of(*cells: str | None) -> pd.DataFrame:
    return standardise_addresses(*(pd.Series([cell], index=["x"], dtype=object) for cell in cells))


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param(
            ("12 rue Verte", None, "1150", "LAGNIEU"),
            {
                "address": "12 rue Verte",
                "postcode": "01150",
                "city": "Lagnieu",
                "postcode_rule": "postcode_lost_zero",
            },
            id="own cells",
        ),
        pytest.param(
            (None, "2e étage, 12 rue Verte, 69003 Lyon Cedex 03", None, None),
            {"street_number": "12", "address_complement": "2e étage", "postcode": "69003", "is_cedex": True},
            id="one cell",
        ),
        pytest.param(
            ("3 rue Bleue", "12 rue Verte, 69003 Lyon", None, "Bron"),
            {"street_name": "BLEUE", "postcode": "69003", "city": "Bron"},
            id="own cells first",
        ),
        pytest.param(
            ("12 rue Verte, Les Combes", None, "69003", "Lyon"),
            {"address": "12 rue Verte", "address_complement": "Les Combes", "city": "Lyon"},
            id="a place name in the street cell",
        ),
        pytest.param(
            (None, None, "69003 LYON", None),
            {"postcode": "69003", "city_key": "LYON"},
            id="town in the postcode",
        ),
        pytest.param(
            (None, "12 rue Verte, Lyon", None, None),
            {"city": "Lyon", "postcode": None, "full_address_rule": "address_no_postcode"},
            id="postcode missing",
        ),
        pytest.param(
            (None, "12 rue Verte, Lyon", "69003", None),
            {"full_address_rule": None},
            id="postcode in its own cell",
        ),
        pytest.param(
            ("12", None, None, None), {"address": None, "address_rule": "address_unreadable"}, id="no name"
        ),
        pytest.param((None, None, None, "12!"), {"city": None, "city_rule": "city_unreadable"}, id="no town"),
        pytest.param(
            ("?", "NC", None, ""), dict.fromkeys(set(COLUMNS) - {"is_cedex", "is_foreign"}), id="placeholders"
        ),
    ],
)
def test_columns_of_a_frame(cells: tuple[str | None, ...], expected: dict[str, object]) -> None:
    found = frame_of(*cells).loc["x"]
    assert {column: found[column] for column in expected} == expected


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(*[st.one_of(st.none(), TEXTS)] * 4), max_size=4))
def test_any_text_keeps_its_row(rows: list[tuple[str | None, ...]]) -> None:
    cells = pd.DataFrame(rows, columns=range(4), index=range(5, 5 + len(rows)), dtype=object)
    frame = standardise_addresses(*(cells[column] for column in cells))
    assert frame.index.equals(cells.index)
    assert tuple(frame.columns) == COLUMNS
    assert frame["is_cedex"].dtype == bool
    assert frame["city"].notna().equals(frame["city_key"].notna())
    assert frame["postcode"].dropna().str.fullmatch(r"\d{5}").all()
    rules = frame.filter(like="_rule").stack().dropna()
    assert all(refusal(rule).severity in ("info", "warning") for rule in rules)


@settings(deadline=None, max_examples=50)
@given(TEXTS)
def test_a_town_is_its_own_town(text: str) -> None:
    town = read_town(text)
    if town.city is not None:
        assert city_key(str(town.city_key)) == town.city_key


@settings(deadline=None, max_examples=50)
@given(TEXTS)
def test_rows_do_not_depend_on_each_other(text: str) -> None:
    alone = frame_of(None, text, None, None).iloc[0]
    many = pd.Series(["3 rue Bleue, 69100 Villeurbanne", text], dtype=object)
    nothing = pd.Series([None, None], dtype=object)
    assert standardise_addresses(nothing, many, nothing, nothing).iloc[1].tolist() == alone.tolist()


@pytest.mark.parametrize(
    ("postcode", "city", "expected"),
    [
        pytest.param("1204", "Genève", (None, "postcode_foreign", True), id="abroad, four digits"),
        pytest.param("1211", "GENEVE 3", (None, "postcode_foreign", True), id="abroad, capitals"),
        pytest.param("69003", "Essai, Belgique", (None, "postcode_foreign", True), id="country named"),
        pytest.param(None, "Bruxelles", (None, None, True), id="abroad, no postcode"),
        pytest.param("75001", "Lyon", ("75001", "place_conflict", False), id="known town elsewhere"),
        pytest.param("6900", "Lyon", (None, None, False), id="no zero against a known town"),
        pytest.param("1000", "Bourg-en-Bresse", ("01000", None, False), id="zero with its town"),
        pytest.param("1150", "Lagnieu", ("01150", None, False), id="zero with an unlisted town"),
        pytest.param("69003", "Lyon", ("69003", None, False), id="in agreement"),
    ],
)
def test_the_town_is_held_against_the_postcode(
    postcode: str | None, city: str, expected: tuple[str | None, str | None, bool]
) -> None:
    row = frame_of(None, None, postcode, city).loc["x"]
    assert (row["postcode"], row["city_place_rule"], row["is_foreign"]) == expected


def test_a_refused_zero_is_told() -> None:
    assert frame_of(None, None, "6900", "Lyon").loc["x", "postcode_rule"] == "postcode_format"


@pytest.mark.parametrize(
    ("text", "city", "is_foreign"),
    [
        ("3 rue Verte, 1204 Genève", "Genève", True),
        ("3 rue Verte, 1204 Genève, Suisse", "Genève", True),
        ("3 rue Verte, 69003 Lyon", "Lyon", False),
        ("3 rue de Belgique", None, False),
        ("12 rue Verte, Lyon 3e", "Lyon", False),
    ],
)
def test_towns_of_whole_addresses(text: str, city: str | None, is_foreign: bool) -> None:
    row = frame_of(None, text, None, None).loc["x"]
    assert (row["city"], row["is_foreign"]) == (city, is_foreign)
