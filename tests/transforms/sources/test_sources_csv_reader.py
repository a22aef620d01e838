import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.errors import InputError
from transforms.sources.csv_reader import DELIMITERS, read_csv


def rows(text: str) -> list[list[str]]:
    return read_csv(text.encode(), "essai.csv").values.to_numpy().tolist()


@pytest.mark.parametrize("delimiter", DELIMITERS, ids=["semicolon", "comma", "tab", "bar"])
def test_the_delimiter_is_found(delimiter):
    text = "\n".join(
        delimiter.join(row) for row in (["id", "nom", "ca"], ["1", "Alpha", "3.5"], ["2", "Bêta", ""])
    )
    grid = read_csv(text.encode(), "essai.csv")
    assert grid.delimiter == delimiter
    assert grid.values.loc[3].tolist() == ["2", "Bêta", ""]


def test_decimal_commas_are_not_delimiters():
    lines = ["id;nom;ca;prix", *(f"{i};Alpha, Bêta;3,5;7,{i}" for i in range(9))]
    assert read_csv("\n".join(lines).encode(), "x").delimiter == ";"


def test_the_hint_of_excel_is_obeyed_and_is_no_row():
    grid = read_csv(b"sep=|\na|b\n1|2\n", "x")
    assert grid.delimiter == "|"
    assert grid.values.index.tolist() == [2, 3]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["unix", "windows", "mac"])
def test_lines_are_counted_as_an_editor_counts_them(end):
    text = end.join(["id;nom;lieu", '1;"sur', 'deux lignes";x', "", "2;b;y", ""])
    grid = read_csv(text.encode(), "x")
    assert grid.values.index.tolist() == [1, 2, 4, 5]
    assert grid.values.loc[2, 2] == "sur\ndeux lignes"


def test_a_quote_that_never_closes_costs_no_row():
    text = 'id;nom;lieu;x\n1;"Alpha;Lyon;a\n' + "".join(f"{i};N{i};Lyon;b\n" for i in range(2, 60))
    grid = read_csv(text.encode(), "x")
    assert len(grid.values) == 60
    assert grid.values.loc[2].tolist() == ["1", "Alpha", "Lyon", "a"]
    assert "ligne 2" in grid.notes[0]


def test_quotes_inside_a_text_stay():
    assert rows('id;nom\n1;SARL "Le Clos"\n2;"Le ""Clos"""\n')[1:] == [
        ["1", 'SARL "Le Clos"'],
        ["2", 'Le "Clos"'],
    ]


def test_a_row_cut_in_two_is_put_back_together():
    lines = ["id;nom;lieu;x;y", *(f"CR-{i};N;L;X;Y" for i in range(60))]
    lines[30] = "CR-29;N;12 rue\ndu Port;X;Y"
    grid = read_csv("\n".join(lines).encode(), "x")
    assert len(grid.values) == 61
    assert grid.values.loc[31].tolist() == ["CR-29", "N", "12 rue\ndu Port", "X", "Y"]
    assert "recollée : ligne 31" in grid.notes[0]


def test_a_row_with_too_many_cells_is_said_and_kept_whole():
    lines = ["id;nom;lieu", *(f"{i};N;L" for i in range(20)), "99;N;L;et;plus"]
    grid = read_csv("\n".join(lines).encode(), "x")
    assert grid.values.loc[22].tolist() == ["99", "N", "L", "et", "plus"]
    assert "ligne 22" in grid.notes[0]


@pytest.mark.parametrize("data", [b"", b"\n\n", b"   \r\n"], ids=["nothing", "lines", "spaces"])
def test_an_empty_file_is_refused(data):
    with pytest.raises(InputError, match="vide"):
        read_csv(data, "essai.csv")


CELLS = st.text(alphabet="abé 019;,\"\n'.", max_size=8)


@given(
    st.lists(st.tuples(st.integers(0, 999), CELLS, CELLS, CELLS), min_size=2, max_size=12),
    st.sampled_from(DELIMITERS),
)
def test_what_a_csv_writer_writes_is_read(records, delimiter):
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\n")
    written = [["id", "un", "deux", "trois"], *([str(cell) for cell in record] for record in records)]
    writer.writerows(written)
    grid = read_csv(f"sep={delimiter}\n{buffer.getvalue()}".encode(), "x")
    assert grid.values.iloc[:, :4].to_numpy().tolist() == [
        [c.rstrip("\n") if "\n" in c else c for c in row] for row in written
    ]


@given(st.binary(min_size=1, max_size=400))
def test_any_bytes_are_read_or_refused(data):
    try:
        grid = read_csv(data, "x")
    except InputError:
        return
    assert grid.values.index.is_monotonic_increasing


def test_a_long_cell_with_its_closing_quote_is_no_note():
    lines = "\n".join(f"ligne {i} ; suite" for i in range(60))
    others = "2;N;Lyon;b\n" * 99
    grid = read_csv(f'id;nom;lieu;x\n1;"{lines}";Lyon;a\n{others}'.encode(), "x")
    assert (len(grid.values), grid.values.at[2, 2], grid.notes) == (101, lines, ())


def test_a_cell_beyond_the_limit_of_the_reader_is_no_note():
    grid = read_csv(f"id;nom;lieu\n1;{'N' * 200_000};Lyon\n".encode(), "x")
    assert (len(grid.values.at[2, 2]), grid.notes) == (200_000, ())


def test_a_stray_quote_that_another_one_closes_costs_no_row():
    rest = "".join(f"{i};N{i};Lyon;b\n" for i in range(2, 12))
    grid = read_csv(f'id;nom;lieu;x\n1;"Alpha;Lyon;a\n{rest}12;Fin";Lyon;b\n'.encode(), "x")
    assert len(grid.values) == 13
    assert "ligne 2" in grid.notes[0]


LINES = ["id;nom;lieu;x", *(f"CR-{i};N{i};Lyon;b" for i in range(40))]
CUT = {
    "amid a cell": ("\n".join([*LINES, "CR-40;N4"]), "2 cellules au lieu de 4 (ligne 42)"),
    "behind a delimiter": ("\n".join([*LINES, "CR-40;"]), "2 cellules au lieu de 4 (ligne 42)"),
    "amid the number": ("\n".join([*LINES, "CR-4"]), "1 cellule au lieu de 4 (ligne 42)"),
    "with its line end": ("\n".join([*LINES, "CR-40;N40;Ly", ""]), "3 cellules au lieu de 4 (ligne 42)"),
    "before blank lines": ("\n".join([*LINES, "CR-40;N40", ";;;", ""]), "2 cellules au lieu de 4 (ligne 42)"),
}
WHOLE = {
    "no line end": "\n".join(LINES),
    "a total": "\n".join([*LINES, "TOTAL;40"]),
    "a foot note": "\n".join([*LINES, "Fichier confidentiel"]),
    "short rows everywhere": "\n".join([*LINES, *(f"CR-{i};N{i}" for i in range(50, 60))]),
}


@pytest.mark.parametrize(("text", "said"), CUT.values(), ids=CUT)
def test_a_file_that_stops_amid_a_record_is_said(text, said):
    grid = read_csv(text.encode(), "x")
    assert [note for note in grid.notes if f"Dernière ligne incomplète : {said}" in note]
    assert "À faire : refaire l'export" in grid.notes[-1]


@pytest.mark.parametrize("text", WHOLE.values(), ids=WHOLE)
def test_a_file_that_ends_in_its_own_way_is_not_cut(text):
    assert not [note for note in read_csv(text.encode(), "x").notes if "incomplète" in note]
