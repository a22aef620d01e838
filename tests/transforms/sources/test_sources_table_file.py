"""Any table as texts: CSV in its varieties, Parquet, and files that are neither."""

from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.errors import InputError
from transforms.sources.table_file import read_table

ROWS = [["numéro", "nom", "ville"], ["1", "Été & fils", "Brelle"], ["2", "Meridon", ""], ["3", "", "Corvan"]]


def cells(path: Path) -> dict[str, list[str | None]]:
    """The columns of a table, missing cells as None."""
    frame = read_table(path).frame
    return {name: [None if pd.isna(cell) else cell for cell in frame[name]] for name in frame}


EXPECTED = {
    "numéro": ["1", "2", "3"],
    "nom": ["Été & fils", "Meridon", None],
    "ville": ["Brelle", None, "Corvan"],
}


@pytest.mark.parametrize("sign", list(",;\t|%"), ids=["comma", "semicolon", "tab", "bar", "percent"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_csv_of_any_sign_and_encoding(tmp_path: Path, sign: str, encoding: str) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes("\r\n".join(sign.join(row) for row in ROWS).encode(encoding))
    assert cells(path) == EXPECTED


def wrote(folder: Path, text: str) -> Path:
    path = folder / "table.csv"
    path.write_text(text, encoding="utf-8", newline="")
    return path


VARIETIES: dict[str, tuple[str, dict[str, list[str | None]]]] = {
    "quoted signs and line breaks": ('a,b\n"x, y","1\n2"\n', {"a": ["x, y"], "b": ["1\n2"]}),
    "doubled quotes": ('a,b\n"x ""y""",1\n', {"a": ['x "y"'], "b": ["1"]}),
    "spaces around": ("a , b\n x , 1 \n", {"a": ["x"], "b": ["1"]}),
    "what looks missing elsewhere": ("a,b\nNA,null\nnan,None\n", {"a": ["NA", "nan"], "b": ["null", "None"]}),
    "figures stay texts": ("a,b\n007,1e5\n", {"a": ["007"], "b": ["1e5"]}),
    "short lines": ("a,b,c\n1\n1,2,3\n", {"a": ["1", "1"], "b": [None, "2"], "c": [None, "3"]}),
    "one column": ("a\nx\ny\n", {"a": ["x", "y"]}),
    "blank lines": ("a,b\n\n1,2\n\n", {"a": ["1"], "b": ["2"]}),
    "rows of empty cells": ('a,b\n,\n1,2\n"", \n', {"a": ["1"], "b": ["2"]}),
    "header alone": ("a,b\n", {"a": [], "b": []}),
    "no last line break": ("a,b\n1,2", {"a": ["1"], "b": ["2"]}),
    "a column without values": ("a,b\n1,\n2,\n", {"a": ["1", "2"], "b": [None, None]}),
    "two columns of one name": ("a,a\n1,2\n", {"a": ["1"], "a.1": ["2"]}),
    "two columns of one name but for spaces": ("a,a \n1,2\n", {"a": ["1"], "a ": ["2"]}),
    "another sign in the header": (
        '"a, in town";b;c\n1;2;3\n',
        {"a, in town": ["1"], "b": ["2"], "c": ["3"]},
    ),
}


@pytest.mark.parametrize(("text", "found"), VARIETIES.values(), ids=VARIETIES)
def test_csv_in_its_varieties(tmp_path: Path, text: str, found: dict[str, list[str | None]]) -> None:
    assert cells(wrote(tmp_path, text)) == found


@given(
    st.lists(st.lists(st.text("abé ,;\"'|%\n", max_size=6), min_size=2, max_size=2), min_size=1, max_size=6)
)
def test_what_pandas_writes_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    path = tmp_path_factory.getbasetemp() / "written.csv"
    pd.DataFrame(rows, columns=["first", "second"]).to_csv(path, index=False, quoting=1, lineterminator="\n")
    stripped = [[cell.strip() or None for cell in row] for row in rows if "".join(row).strip()]
    assert cells(path) == {"first": [row[0] for row in stripped], "second": [row[1] for row in stripped]}


def test_parquet_of_any_types(tmp_path: Path) -> None:
    path = tmp_path / "table.data"
    columns = {
        "n": pa.array([1, None], pa.int64()),
        "share": pa.array([0.5, 2.0]),
        "text": pa.array([" x ", ""]),
        "kind": pa.array(["a", "b"]).dictionary_encode(),
        "day": pa.array([date(2024, 3, 1), None]),
        "flag": pa.array([True, False]),
        "nothing": pa.nulls(2),
    }
    pq.write_table(pa.table(columns), path)
    assert cells(path) == {
        "n": ["1", None],
        "share": ["0.5", "2"],
        "text": ["x", None],
        "kind": ["a", "b"],
        "day": ["2024-03-01", None],
        "flag": ["true", "false"],
        "nothing": [None, None],
    }


def test_columns_of_parquet_that_are_no_texts_are_left_aside_by_name(tmp_path: Path) -> None:
    path = tmp_path / "table.parquet"
    columns = {"name": ["Meridon"], "tags": [["a", "b"]], "at": [{"x": 1}], "raw": [b"\xff\xfe"], "n": [1]}
    pq.write_table(pa.table(columns), path)
    found = read_table(path)
    assert found.frame.columns.tolist() == ["name", "n"]
    assert [remark.split(" »")[0] for remark in found.remarks] == [
        f"La colonne « {name}" for name in ("tags", "at", "raw")
    ]


def test_columns_of_parquet_of_one_name_are_all_kept(tmp_path: Path) -> None:
    path = tmp_path / "table.parquet"
    twice = pa.Table.from_arrays([pa.array(["x"]), pa.array(["y"]), pa.array(["z"])], ["a", "a", "b"])
    pq.write_table(twice, path)
    assert cells(path) == {"a": ["x"], "a.1": ["y"], "b": ["z"]}


def workbook(path: Path, **sheets: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_a_workbook(tmp_path: Path) -> None:
    rows: list[list[object]] = [[], ["Nom", "Effectif", None, "Nom"], ["Meridon", 12, "x", "M"], [None, 7.5]]
    path = workbook(tmp_path / "table.xlsx", liste=rows)
    assert cells(path) == {
        "Nom": ["Meridon", None], "Effectif": ["12", "7.5"], "colonne 3": ["x", None], "Nom.1": ["M", None],
    }  # fmt: skip
    assert read_table(path).remarks == ()


def test_titles_above_the_header_of_a_workbook_are_left_aside_and_told(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["Liste des membres"],
        [],
        ["Nom", "Ville", "Effectif"],
        ["Meridon", "Brelle", 1],
    ]
    path = workbook(tmp_path / "table.xlsx", liste=rows)
    assert cells(path) == {"Nom": ["Meridon"], "Ville": ["Brelle"], "Effectif": ["1"]}
    (remark,) = read_table(path).remarks
    assert "au-dessus de l'en-tête « Nom »" in remark


def test_records_keep_their_lines(tmp_path: Path) -> None:
    rows: list[list[object]] = [["Liste"], ["a", "b"], ["x", 1], [], ["y", 2]]
    book = workbook(tmp_path / "table.xlsx", liste=rows)
    assert read_table(book).frame.index.tolist() == [3, 5]
    assert read_table(wrote(tmp_path, "a,b\nx,1\n,\ny,2\n")).frame.index.tolist() == [2, 4]


def test_of_several_sheets_the_first_is_read_and_the_others_are_named(tmp_path: Path) -> None:
    path = workbook(tmp_path / "table.xlsx", une=[["a"], ["x"]], deux=[["b"], ["y"]])
    found = read_table(path)
    assert found.frame.columns.tolist() == ["a"]
    assert found.remarks == ("De table.xlsx, seule la feuille « une » est lue, sans « deux ».",)


def nested(path: Path) -> None:
    pq.write_table(pa.table({"a": pa.array([[1, 2], [3]])}), path)


def cut(path: Path) -> None:
    pq.write_table(pa.table({"a": ["x"] * 1000}), path)
    path.write_bytes(path.read_bytes()[:-40])


BROKEN = {
    "empty": lambda path: path.write_bytes(b""),
    "spaces alone": lambda path: path.write_bytes(b" \n \n"),
    "a line too wide": lambda path: path.write_text("a,b\n1,2\n1,2,3\n"),
    "all lines too wide": lambda path: path.write_text("a,b\n1,2,3\n4,5,6\n"),
    "a sign at the end of each line": lambda path: path.write_text("a;b\n1;2;\n3;4;\n"),
    "more columns than one": lambda path: path.write_text("name\nMeridon, Brelle\nTaviol, Corvan\n"),
    "unbalanced quotes": lambda path: path.write_text('a,b\n1,"x\n2,y\n'),
    "cut Parquet": cut,
    "Parquet with lists": nested,
    "a PDF": lambda path: path.write_bytes(b"%PDF-1.7\nstream of a page\n"),
    "an archive": lambda path: path.write_bytes(b"PK\x03\x04 no workbook"),
    "a picture": lambda path: path.write_bytes(b"\x89PNG\r\n"),
    "the mark of Parquet alone": lambda path: path.write_bytes(b"PAR1"),
}


@pytest.mark.parametrize("make", BROKEN.values(), ids=BROKEN)
def test_what_cannot_be_read_is_said(tmp_path: Path, make) -> None:
    path = tmp_path / "table.csv"
    make(path)
    with pytest.raises(InputError) as caught:
        read_table(path)
    assert caught.value.where is not None
    assert caught.value.where.file == str(path)
    assert all((caught.value.what, caught.value.found, caught.value.expected, caught.value.next_step))


@pytest.mark.parametrize(
    ("text", "line", "found"),
    [
        ("a,b\n1,2\n1,2,3\n", 3, "3 cellules au lieu de 2"),
        ('a,b\n1,2\n1,"x\n2,y\n', 3, "un guillemet qui n'est jamais refermé"),
        ("a,b\n1,2,3\n4,5,6\n", None, "toutes les lignes ont plus de cellules que l'en-tête"),
        ("", None, "aucune colonne"),
    ],
    ids=["a line too wide", "a quotation mark alone", "all lines too wide", "empty"],
)
def test_what_is_wrong_is_told_in_french_with_its_line(
    tmp_path: Path, text: str, line: int | None, found: str
) -> None:
    with pytest.raises(InputError) as caught:
        read_table(wrote(tmp_path, text))
    assert caught.value.where is not None
    assert (caught.value.where.line, caught.value.found) == (line, found)


@pytest.mark.parametrize("name", ["none.csv", "."], ids=["missing", "a folder"])
def test_no_such_file(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="n'existe pas") as caught:
        read_table(tmp_path / name)
    assert caught.value.where is not None
    assert caught.value.where.file == str(tmp_path / name)
    assert caught.value.next_step
