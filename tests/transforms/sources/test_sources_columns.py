import pandas as pd
import pytest

from transforms.errors import InputError
from transforms.sources import raw_tables
from transforms.sources.columns import recognise
from transforms.sources.grid import frame
from transforms.sources.headers import find_header
from transforms.sources.reading import read_export
from transforms.sources.remarks import describe

# 9 and 14 digits that pass Luhn; invented.
SIRETS = ["10000000100014", "20000000200028", "30000000300032", "40000000400046"]
RECORDS = [
    ["A1", "Atelier Bleu", SIRETS[0], "Lyon", "contact@atelier-bleu.fr", "120", "03/10/2016"],
    ["A2", "Forge du Nord", SIRETS[1], "Vienne", "bonjour@forge-nord.fr", "80", "04/10/2016"],
    ["A3", "Studio Lune", SIRETS[2], "Bourg", "", "45", "05/11/2014"],
    ["A4", "Papeterie Rouge", "", "Annecy", "info@papeterie.fr", "NC", "2012"],
]
HEADER = ["N° adhérent", "Raison sociale", "SIRET", "Ville", "E-mail", "CA (k€)", "Date d'adhésion"]


def table(*rows: list[str]) -> pd.DataFrame:
    return frame([list(row) for row in rows], list(range(1, len(rows) + 1)))


def fields(header: list[str], contract, records=RECORDS) -> dict[str, tuple[str | None, str]]:
    values = table(header, *records)
    found = find_header(values, contract)
    assert found is not None
    assert found.line == 1
    body = values.loc[2:]
    return {entry.header: (entry.field, entry.recognised_by) for entry in recognise(found, body, contract)}


def test_the_declared_headers_are_recognised(contract):
    assert {how for _, how in fields(HEADER, contract).values()} == {"header"}


def test_a_moved_column_is_followed(contract):
    order = [3, 0, 6, 2, 1, 5, 4]
    moved = [[row[i] for i in order] for row in RECORDS]
    found = fields([HEADER[i] for i in order], contract, moved)
    assert found == fields(HEADER, contract)


@pytest.mark.parametrize(
    ("header", "position", "field", "how"),
    [
        pytest.param("RAISON SOCIALE ", 1, "name", "header", id="case and space"),
        pytest.param("Société", 1, "name", "synonym", id="synonym"),
        pytest.param("Raison soc1ale", 1, "name", "guess", id="typing error"),
        pytest.param("Raison sociale de l'adhérent", 1, "name", "guess", id="longer"),
        pytest.param("Dénomination sociale", 1, "name", "guess", id="usual word"),
        pytest.param("N� adh�rent", 0, "member_id", "guess", id="lost letters"),
        pytest.param("Numéro d'établ.", 2, "siret", "guess", id="content of a SIRET"),
        pytest.param("Joindre", 4, "email", "guess", id="content of an e-mail"),
        pytest.param("Entrée", 6, "joined_on", "guess", id="content of a date"),
        pytest.param("Couleur", 3, None, "none", id="unknown"),
    ],
)
def test_a_renamed_column(contract, header, position, field, how):
    renamed = [*HEADER[:position], header, *HEADER[position + 1 :]]
    assert fields(renamed, contract)[header] == (field, how)


def test_a_guess_is_not_made_against_the_content(contract):
    header = [*HEADER[:4], "E-mails envoyés", *HEADER[5:]]
    records = [[*row[:4], "12", *row[5:]] for row in RECORDS]
    assert fields(header, contract, records)["E-mails envoyés"] == (None, "none")


def test_two_columns_that_look_alike_are_no_guess(contract):
    header = [*HEADER[:6], "Relance", "Visite"]
    records = [[*row, "01/02/2015"] for row in RECORDS]
    found = fields(header, contract, records)
    assert found["Relance"] == found["Visite"] == (None, "none")


def test_of_two_columns_with_one_name_the_better_filled_is_taken(contract):
    values = table([*HEADER, "Ville"], *([*row[:3], "", *row[4:], row[3]] for row in RECORDS))
    found = find_header(values, contract)
    entries = recognise(found, values.loc[2:], contract)
    assert [entry.position for entry in entries if entry.field == "city"] == [8]


def test_titles_above_and_a_second_header_below_do_not_mislead(contract):
    values = table(["Annuaire des adhérents"], ["Export du 03/10/2016"], [""], HEADER, *RECORDS, HEADER)
    found = find_header(values, contract)
    assert (found.first_line, found.line) == (4, 4)


def test_a_header_over_two_lines_is_put_together(contract):
    upper = ["N° adhérent", "Raison", "SIRET", "Coordonnées", "", "CA (k€)", "Date"]
    lower = ["", "sociale", "", "Ville", "E-mail", "", "d'adhésion"]
    values = table(["Annuaire"], upper, lower, *RECORDS)
    found = find_header(values, contract)
    entries = recognise(found, values.loc[4:], contract)
    assert (found.first_line, found.line) == (2, 3)
    assert [entry.field for entry in entries] == [column.field for column in contract.columns]


def test_the_first_record_is_not_taken_for_a_header(contract):
    values = table([*HEADER, ""], [*RECORDS[0], "Adhérent"], [*RECORDS[1], "Adhérent"])
    assert find_header(values, contract).line == 1


@pytest.mark.parametrize(
    ("header", "unit"),
    [
        ("CA (k€)", "k€"),
        ("CA (k?)", "k€"),
        ("CA (k\ufffd)", "k€"),
        ("CA", "k€"),
        ("CA (M€)", "M€"),
        ("CA en €", "€"),
    ],
)
def test_the_unit_in_the_header_beats_the_contract(contract, header, unit):
    values = table([*HEADER[:5], header, HEADER[6]], *RECORDS)
    entries = recognise(find_header(values, contract), values.loc[2:], contract)
    assert next(entry.unit for entry in entries if entry.field == "turnover") == unit


def csv(header: list[str]) -> bytes:
    return "\n".join(";".join(row) for row in [header, *RECORDS]).encode()


def test_a_missing_required_column_is_refused_with_the_guess(contract):
    with pytest.raises(InputError) as refused:
        read_export(csv([HEADER[0], "Zorglub", *HEADER[2:]]), "export.csv", contract)
    text = str(refused.value)
    for words in (
        "Raison sociale",
        "export.csv",
        "ligne 1",
        "« Zorglub » est peut-être",
        "« SIRET »",
        "Société",
    ):
        assert words in text


def test_a_file_without_header_is_refused(contract):
    with pytest.raises(InputError, match="colonnes obligatoires"):
        read_export("\n".join(";".join(row) for row in RECORDS).encode(), "export.csv", contract)


@pytest.mark.parametrize(
    "first",
    [
        RECORDS[0],
        ["12", "MARTIN ET FILS SARL", "", "Lyon", "", "", ""],
        ["Forge", "Nord", "Adhérent", "Vert"],
    ],
    ids=["values", "hardly a value", "a known word"],
)
def test_a_first_record_is_not_shown(contract, first):
    data = "\n".join(";".join(row) for row in [first, *([*RECORDS[1:]] if len(first) == 7 else [first])])
    with pytest.raises(InputError, match="semble ne pas avoir de ligne d'en-têtes") as refused:
        read_export(data.encode(), "export.csv", contract)
    assert not [text for text in first if len(text) > 3 and text in str(refused.value)]


@pytest.mark.parametrize(
    "value",
    ["jeanne.exemple@exemple.fr", "Tél. 04 00 00 00 00", "03/10/2016", "10000000100014", "exemple.fr"],
    ids=["e-mail", "telephone", "date", "number", "site"],
)
def test_a_value_among_the_headers_is_not_shown(contract, value):
    reading = read_export(csv([*HEADER[:3], value, *HEADER[4:]]), "export.csv", contract)
    told = [remark.text for remark in describe(reading)]
    assert not [text for text in told if value in text]
    assert any("« colonne 4 »" in text for text in told)
    assert raw_tables.columns(reading)["header"].tolist()[3] == "colonne 4"


@pytest.mark.parametrize(
    ("header", "field", "year", "unit"),
    [
        ("CA 2015 (k€)", "turnover", 2015, "k€"),
        ("CA_2015", "turnover", 2015, "k€"),
        ("Chiffre d'affaires 2014 en M€", "turnover", 2014, "M€"),
        ("CA exercice 2014-2015", "turnover", 2015, "k€"),
        ("CA au 31/12/2014", "turnover", 2014, "k€"),
        ("CA (k€)", "turnover", None, "k€"),
        ("Résultat 2015", None, None, None),
    ],
)
def test_a_header_with_a_year(contract, header, field, year, unit):
    values = table([*HEADER[:5], header, HEADER[6]], *RECORDS)
    entry = recognise(find_header(values, contract), values.loc[2:], contract)[5]
    assert (entry.field, entry.year, entry.unit) == (field, year, unit)


def test_of_two_years_the_latest_filled_one_is_taken(contract):
    header = [*HEADER[:5], "CA 2014", "CA 2015", "CA 2016"]
    values = table(header, *([*row[:5], "1", "2", ""] for row in RECORDS))
    entries = recognise(find_header(values, contract), values.loc[2:], contract)
    assert [(entry.field, entry.year) for entry in entries[5:]] == [
        (None, None),
        ("turnover", 2015),
        (None, None),
    ]


def test_an_optional_column_that_is_missing_is_told_with_the_one_it_may_have_become(contract):
    header = [*HEADER[:3], "Vilage", *HEADER[4:]]
    reading = read_export(csv(header), "export.csv", contract)
    told = [remark.text for remark in describe(reading) if "facultative" in remark.text]
    assert told == [
        "Colonne facultative absente : « Ville ». C'est peut-être la colonne inconnue « Vilage ». "
        "À faire : la renommer « Ville » dans l'export, ou ajouter son nom aux synonymes du contrat."
    ]
    missing = raw_tables.missing_columns(reading).to_dict("records")
    assert missing == [{"source": "essai", "field": "city", "header": "Ville", "likely_header": "Vilage"}]


def test_a_missing_column_without_a_likely_one_says_what_to_do(contract):
    reading = read_export(csv([*HEADER[:3], "Zorglub", *HEADER[4:]]), "export.csv", contract)
    (told,) = [remark.text for remark in describe(reading) if "facultative" in remark.text]
    assert told.endswith("À faire : si elle devait y être, refaire l'export avec cette colonne.")
