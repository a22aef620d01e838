"""Columns that hold what another one should hold: refused by name before anything is made of them."""

import pytest

from transforms.errors import InputError
from transforms.report import Remark
from transforms.sources.contract import FOLDER, load_contract
from transforms.sources.reading import Reading, read_export

CLUSTR, NUMELINK = (load_contract(FOLDER / f"{name}.yml") for name in ("clustr", "numelink"))
NAMES = ("Orvalis", "Taviol et Fils", "Brume Conseil", "L'Atelier du Quai", "Zéphyr 3D", "Papeterie Rouge")
STREETS = ("40 rue des Essais", "3 bis av. du Port", "12, place Basse", "7 impasse Verte", "1 quai Long")
CELLS = {
    "N° adhérent": [f"CR-{n:04}" for n in range(10)],
    "Raison sociale": [f"{name} {n}" for n, name in enumerate(NAMES * 2)][:10],
    "SIRET": ["123"] * 10,
    "Adresse": [*STREETS, "ZA du Lac", "Le Bourg", *STREETS[:3]],
    "Code postal": ["69001", "42000", "38000", "26000", "01000"] * 2,
    "Ville": ["Lyon", "Saint-Étienne", "Grenoble", "Valence", "Bourg"] * 2,
    "Téléphone": [f"01 99 00 12 {n:02}" for n in range(10)],
    "E-mail": [f"contact{n}@exemple.fr" for n in range(10)],
    "Effectif": ["12", "3", "10-19", "7", "25"] * 2,
    "CA (k€)": ["183", "250", "1200", "80", "95"] * 2,
    "Date d'adhésion": ["03/04/2014", "2012", "01/02/2015", "05/11/2013", "06/06/2016"] * 2,
}


def read(cells: dict[str, list[str]]) -> Reading:
    lines = [list(cells), *zip(*cells.values(), strict=True)]
    return read_export("\n".join(";".join(line) for line in lines).encode(), "essai.csv", CLUSTR)


def exchanged(one: str, other: str, cells: dict[str, list[str]] | None = None) -> dict[str, list[str]]:
    """The cells with the contents of two columns exchanged, their headers in place."""
    cells = cells or CELLS
    return {**cells, one: cells[other], other: cells[one]}


def warnings(remarks: tuple[Remark, ...]) -> list[str]:
    return [remark.text for remark in remarks if remark.level == "warning"]


REFUSED = {
    "name and address": ("Raison sociale", "Adresse", "des adresses (numéro et rue) sous « Raison sociale »"),
    "town and address": ("Ville", "Adresse", "des adresses (numéro et rue) sous « Ville »"),
    "town and postcode": ("Ville", "Code postal", "des codes postaux sous « Ville »"),
    "telephone and e-mail": ("Téléphone", "E-mail", "des adresses électroniques sous « Téléphone »"),
    "head count and date": ("Effectif", "Date d'adhésion", "des dates sous « Effectif »"),
    "number and name": ("N° adhérent", "Raison sociale", "des noms sous « N° adhérent »"),
}


@pytest.mark.parametrize(("one", "other", "found"), REFUSED.values(), ids=REFUSED)
def test_two_columns_that_changed_places_are_named(one: str, other: str, found: str) -> None:
    with pytest.raises(InputError) as refused:
        read(exchanged(one, other))
    error = refused.value
    assert error.what == f"Les colonnes « {one} » et « {other} » semblent interverties."
    assert error.where is not None
    assert (error.where.file, error.where.line, error.where.column) == ("essai.csv", 1, one)
    assert str(error.found).startswith(found)
    assert f"« {other} »" in str(error.found)
    assert error.expected == "chaque donnée sous son en-tête"
    assert error.next_step == "échanger les deux en-têtes, ou les deux colonnes, puis refaire l'export"


def test_streets_for_names_are_refused_without_an_address_column() -> None:
    cells = {**CELLS, "Raison sociale": CELLS["Adresse"]}
    with pytest.raises(InputError) as refused:
        read(cells)
    assert refused.value.what == "La colonne « Raison sociale » ne contient pas des noms d'entreprises."
    assert (
        refused.value.found == "des adresses (numéro et rue) sous « Raison sociale », comme sous « Adresse »"
    )
    del cells["Adresse"]
    with pytest.raises(InputError, match="ne contient pas des noms"):
        read(cells)


POOR = {
    "as it should be": CELLS,
    "streets in a column of their own": {**CELLS, "Siège": CELLS["Adresse"]},
    "addresses of hamlets": {**CELLS, "Adresse": ["Le Bourg", "ZA du Lac"] * 5},
    "names with a number": {
        **CELLS, "Raison sociale": [f"{n} Rue Conseil" if n < 3 else "Cap" for n in range(10)]},
    "postcodes without their zero": {**CELLS, "Code postal": ["1000"] * 10, "CA (k€)": ["15000"] * 10},
    "head counts that became dates": {
        **CELLS, "Effectif": ["01/09/2016"] * 10, "Date d'adhésion": ["2014"] * 10},
    "an empty column beside": {**exchanged("Ville", "Code postal"), "Code postal": [""] * 10},
    "few values": {name: column[:4] for name, column in exchanged("Ville", "Code postal").items()},
}  # fmt: skip


@pytest.mark.parametrize("cells", POOR.values(), ids=POOR)
def test_what_is_poor_and_not_exchanged_is_read(cells: dict[str, list[str]]) -> None:
    reading = read(cells)
    assert len(reading.records) == len(cells["Ville"])
    assert not [text for text in warnings(reading.remarks) if "interverties" in text]


def test_identifiers_of_one_company_in_each_other_s_column_are_borne() -> None:
    sirens = ["100000009"] * 10
    reading = read({**CELLS, "SIRET": sirens})
    assert warnings(reading.remarks) == [
        "La colonne « SIRET » contient des SIREN. Attendu : des SIRET. "
        "À faire : vérifier les colonnes de l'export."
    ]
