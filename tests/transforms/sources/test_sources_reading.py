import csv
import io

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.errors import AlliageError, InputError
from transforms.sources.reading import Reading, read_export
from transforms.sources.remarks import describe
from transforms.sources.rows import IGNORED, RECORD, REJECTED

HEADER = ["N° adhérent", "Raison sociale", "SIRET", "Ville", "E-mail", "CA (k€)", "Date d'adhésion"]
FIELDS = ["member_id", "name", "siret", "city", "email", "turnover", "joined_on"]
ROW = ["A1", "Atelier Bleu", "123", "Lyon", "bleu@exemple.fr", "120", "03/10/2016"]


def written(rows: list[list[str]], delimiter: str = ";") -> str:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return buffer.getvalue()


def read(contract, *rows: list[str]) -> Reading:
    return read_export(written([HEADER, *rows]).encode(), "essai.csv", contract)


def said(reading: Reading) -> str:
    return "\n".join(remark.text for remark in describe(reading))


def test_a_record_has_a_column_a_field_and_null_where_empty(contract):
    reading = read(contract, [*ROW[:2], "", *ROW[3:]])
    record = reading.records.iloc[0]
    assert record["siret"] is None
    assert record["rna"] is None
    assert (record["member_id"], record["name"], reading.records.index.tolist()) == (
        "A1",
        "Atelier Bleu",
        [2],
    )


@pytest.mark.parametrize(
    ("text", "rule"),
    [("Soci\ufffdt\ufffd Verte", "replacement_character"), ("Soci?t? Verte", "question_mark_damage")],
    ids=["replacement", "question mark"],
)
def test_lost_letters_are_reported_and_kept(contract, text, rule):
    reading = read(contract, [ROW[0], text, *ROW[2:]])
    (refused,) = reading.rejected.to_dict("records")
    assert (refused["rule"], refused["field"], refused["value"], refused["severity"]) == (
        rule,
        "name",
        text,
        "info",
    )
    assert reading.records["name"].tolist() == [text]
    assert "ligne 2" in said(reading)


def test_a_question_is_no_lost_letter(contract):
    row = [ROW[0], "Et alors ? Conseil", ROW[2], "?", "a?b@exemple.fr", *ROW[5:]]
    assert read(contract, row).rejected.empty


def test_personal_values_are_marked(contract):
    reading = read(contract, [*ROW[:4], "b\ufffd@exemple.fr", *ROW[5:]])
    assert reading.rejected["personal"].tolist() == [True]
    assert "@" not in said(reading)


def test_an_error_of_excel_is_refused_and_empty(excel_contract):

    book = openpyxl.Workbook()
    for row in (HEADER, ROW):
        book.worksheets[0].append(row)
    book.worksheets[0]["F2"] = "#DIV/0!"
    book.worksheets[0]["F2"].data_type = "e"
    buffer = io.BytesIO()
    book.save(buffer)
    reading = read_export(buffer.getvalue(), "essai.xlsx", excel_contract)
    assert reading.rejected[["rule", "field", "value"]].to_numpy().tolist() == [
        ["cell_error", "turnover", "#DIV/0!"]
    ]
    assert reading.records["turnover"].tolist() == [None]


def test_the_sheet_whose_header_fits_best_is_read(excel_contract, workbook):
    titled = [["Réseau d'essai"], ["Export du 03/10/2016"], [], HEADER, ROW]
    data = workbook(
        Notes=[["Nom", "Ville"], ["x", "y"]], Adhérents=titled, Anciens=[HEADER, ["B1", *ROW[1:]]]
    )
    reading = read_export(data, "essai.xlsx", excel_contract)
    assert (reading.grid.sheet, reading.header.line, str(reading.export_date)) == (
        "Adhérents",
        4,
        "2016-10-03",
    )
    assert "« Anciens » ressemble aussi" in said(reading)


def test_the_declared_sheet_comes_first(excel_contract, workbook):
    data = workbook(Adhérents=[HEADER, ROW, ["A2", *ROW[1:]]], Anciens=[HEADER, ["B1", *ROW[1:]]])
    declared = excel_contract.model_copy(update={"sheet": "anciens"})
    assert read_export(data, "essai.xlsx", declared).records["member_id"].tolist() == ["B1"]
    missing = excel_contract.model_copy(update={"sheet": "Membres"})
    assert "« Membres » manque" in said(read_export(data, "essai.xlsx", missing))


def test_what_was_done_is_said_in_french(contract):
    header = ["N° adhérent", "Société", *HEADER[2:4], "CA (€)", "Zorglub"]
    rows = [
        header,
        ["A1", "TÃ©lÃ©com Bleu", "", "Lyon", "3", "z"],
        [""] * 6,
        header,
        ["TOTAL", "1 adhérent", *[""] * 4],
    ]
    reading = read_export(written(rows).encode("utf-8-sig"), "export_2016-10-03.csv", contract)
    for words in (
        "Encodage utf-8-sig, séparateur point-virgule, en-têtes à la ligne 1.",
        "Export du 03/10/2016 (d'après le nom du fichier).",
        "« Société » est lue comme « Raison sociale »",
        "Colonne inconnue « Zorglub »",
        "Colonne facultative absente : « E-mail »",
        "La colonne « CA (€) » est en €",
        "1 ligne ignorée (blanche) : ligne 3.",
        "1 ligne ignorée (en-tête répété) : ligne 4.",
        "1 ligne ignorée (total) : ligne 5.",
        "Accents mal encodés réparés dans 1 cellule : ligne 2.",
    ):
        assert words in said(reading)


def test_a_file_without_records_is_refused(contract):
    with pytest.raises(InputError, match="aucune fiche"):
        read(contract, ["TOTAL", "0 adhérent", *[""] * 5])


WORD = st.text(alphabet="abcdéèçÀÉ -'", min_size=1, max_size=10).map(lambda text: f"x{text}y")
NOISE = [[""] * 7, HEADER, ["TOTAL", "12 adhérents", *[""] * 5], ["", *ROW[1:]], ["A1", "", *ROW[2:]]]


@settings(max_examples=40, deadline=None)
@given(
    records=st.lists(st.tuples(*[WORD] * 6), min_size=1, max_size=8),
    noise=st.lists(st.tuples(st.integers(0, 8), st.sampled_from(NOISE)), max_size=5),
    order=st.permutations(range(7)),
    delimiter=st.sampled_from(";,\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16"]),
)
def test_every_record_of_a_generated_export_comes_back(contract, records, noise, order, delimiter, encoding):
    rows = [[f"M{number}", *cells] for number, cells in enumerate(records)]
    lines = rows.copy()
    for place, line in noise:
        lines.insert(place, line)
    text = written([[row[i] for i in order] for row in [HEADER, *lines]], delimiter)
    reading = read_export(text.encode(encoding), "essai.csv", contract)
    assert len(lines) == len(reading.rows) == sum(map(reading.lines, (RECORD, IGNORED, REJECTED)))
    assert reading.lines(RECORD) == len(rows)
    expected = [[" ".join(cell.split()) for cell in row] for row in rows]
    assert reading.records[FIELDS].to_numpy().tolist() == expected


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 300), st.booleans())
def test_a_damaged_file_raises_nothing_but_our_own_errors(contract, excel_contract, noise, at, excel):
    data = written([HEADER, ROW]).encode()
    try:
        reading = read_export(
            data[:at] + noise + data[at:], "essai.csv", excel_contract if excel else contract
        )
    except AlliageError as error:
        assert str(error)  # noqa: PT017
    else:
        assert len(reading.records)


def hide(data: bytes, *sheets: str) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(data))
    for name in sheets:
        book[name].sheet_state = "hidden"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_a_hidden_sheet_does_not_beat_a_visible_one(excel_contract, workbook):
    short = [HEADER[:4], ["B1", *ROW[1:4]]]
    data = hide(workbook(Adhérents=short, Ancienne=[HEADER, ROW, ["A2", *ROW[1:]]]), "Ancienne")
    reading = read_export(data, "essai.xlsx", excel_contract)
    assert reading.grid.sheet == "Adhérents"
    assert "La feuille masquée « Ancienne » ressemble aussi" in said(reading)


def test_a_hidden_sheet_is_read_and_said_when_no_other_fits(excel_contract, workbook):
    data = hide(workbook(Bilan=[["Ville", "CA (k€)", "SIRET"], ["Lyon", 3, ""]], Base=[HEADER, ROW]), "Base")
    reading = read_export(data, "essai.xlsx", excel_contract)
    assert reading.grid.sheet == "Base"
    assert "« Base » est masquée ; elle a été lue, car aucune feuille visible ne convient" in said(reading)


def test_a_header_far_below_is_found(excel_contract, contract, workbook):
    data = workbook(Liste=[*[[]] * 70, HEADER, ROW])
    assert read_export(data, "essai.xlsx", excel_contract).header.line == 71
    for blank in (";;;;;;", "", " ; "):
        text = "\n".join([*[blank] * 250, ";".join(HEADER), ";".join(ROW)])
        assert read_export(text.encode(), "essai.csv", contract).header.line == 251


@pytest.mark.parametrize("text", [";;;;\n" * 3, " ; ;\n", "sep=;\n", "sep=;"], ids=repr)
def test_a_file_of_separators_is_empty(contract, text):
    with pytest.raises(InputError, match="Le fichier est vide"):
        read_export(text.encode(), "essai.csv", contract)


def test_a_formula_without_its_result_is_refused(excel_contract, workbook):
    data = workbook(Liste=[HEADER, [*ROW[:5], '=IF(A2="é",1,2)', ROW[6]]])
    reading = read_export(data, "essai.xlsx", excel_contract)
    assert reading.rejected[["rule", "field", "value"]].to_numpy().tolist() == [
        ["cell_formula_without_value", "turnover", '=IF(A2="é",1,2)']
    ]
    assert reading.records["turnover"].tolist() == [None]
