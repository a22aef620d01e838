import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.sources.encoding import decode

FRENCH = "Société Générale d’Œuvres à Besançon ; 12 k€ ; Noël, août, forêt\r\n"


@pytest.mark.parametrize(
    ("data", "name"),
    [
        pytest.param(FRENCH.encode("utf-8"), "utf-8", id="utf-8"),
        pytest.param(FRENCH.encode("utf-8-sig"), "utf-8-sig", id="utf-8 with mark"),
        pytest.param(FRENCH.encode("cp1252"), "cp1252", id="cp1252"),
        pytest.param(FRENCH.encode("utf-16"), "utf-16", id="utf-16"),
        pytest.param(codecs.BOM_UTF16_BE + FRENCH.encode("utf-16-be"), "utf-16", id="utf-16 big-endian"),
        pytest.param(FRENCH.encode("utf-16-le"), "utf-16-le", id="utf-16 without mark"),
        pytest.param(FRENCH.encode("mac-roman"), "mac-roman", id="old Mac"),
        pytest.param(FRENCH.replace("’", "'").encode("iso-8859-15"), "iso-8859-15", id="latin 9"),
    ],
)
def test_french_text_is_read_in_each_encoding(data, name):
    decoded = decode(data)
    assert decoded.encoding == name
    assert decoded.text.replace("'", "’") == FRENCH


def test_dos_text_is_read():
    text = "Société à Besançon, forêt, Noël\n"
    assert decode(text.encode("cp850")).text == text


def test_a_few_foreign_bytes_do_not_spoil_utf8():
    decoded = decode("Écully ; élève ; à côté ; ".encode() + "Bâle".encode("cp1252"))
    assert decoded.text == "Écully ; élève ; à côté ; Bâle"
    assert "1 octet" in decoded.notes[0]


def test_capitals_do_not_mislead():
    text = "SOCIÉTÉ GÉNÉRALE DE CRÉATION À BÂLE, ÉCULLY, NOËL, FORÊT ; 3 k€\n"
    assert decode(text.encode("cp1252")).text == text


def test_mojibake_cells_do_not_turn_a_cp1252_file_into_utf8():
    data = "Noël ; Besançon ; forêt ; ".encode("cp1252") + "Télécom".encode()
    assert decode(data).text == "Noël ; Besançon ; forêt ; TÃ©lÃ©com"


def test_nul_characters_are_removed_and_said():
    decoded = decode(b"a;b\0\n1;2\n" * 3)
    assert "\0" not in decoded.text
    assert "3 caractère(s) NUL" in decoded.notes[-1]


MARKS = {
    "utf-8": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32": codecs.BOM_UTF32_LE,
}
WRITTEN = ("utf-8", "cp1252", "latin-1", "utf-16-le", "utf-16-be", "mac-roman")


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("written", WRITTEN)
def test_whatever_the_mark_says_the_bytes_are_read_as_they_are(written, mark):
    plain = FRENCH.replace("’", "'").replace("Œ", "O").replace("€", "E") * 3
    decoded = decode(MARKS[mark] + plain.encode(written))
    assert decoded.text.lstrip("\ufeff") == plain
    right = written.startswith(mark) or (written.startswith("utf-16") and mark == written)
    assert right or any(decoded.encoding.split()[0] in note for note in decoded.notes)


def test_an_encoding_that_can_only_be_guessed_is_said():
    decoded = decode("Ελληνικά και μόνο, χωρίς τίποτα άλλο\n".encode("iso-8859-7") * 5)
    assert any("Encodage incertain" in note for note in decoded.notes)


@given(st.binary(max_size=300))
def test_any_bytes_decode(data):
    assert isinstance(decode(data).text, str)


@given(st.text(alphabet="abcXYZ 0123éèàçùêôîÉÀœ€;\n", max_size=200))
def test_utf8_comes_back(text):
    assert decode(text.encode()).text == text
