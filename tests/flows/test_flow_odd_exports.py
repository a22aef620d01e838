"""Exports that are not as they should be and yet are read whole: what is odd is said, nothing is lost."""

import codecs
from pathlib import Path

import pytest
from bad_exports import CLUSTR, GOOD, HEADER, MEMBERS, SURVIVED, member, written

from benchmarks.sample.exports import CLUSTR_FILE
from transforms.sources.reading import Reading, read_export
from transforms.sources.remarks import describe
from transforms.sources.stage import write
from transforms.standardise.stage import StandardiseParameters
from transforms.standardise.stage import run as standardise


def reading(text: str | bytes, file: str = CLUSTR_FILE.name) -> Reading:
    data = text.encode() if isinstance(text, str) else text
    return read_export(data, file, CLUSTR)


def remarks(read: Reading) -> str:
    return "\n".join(f"{remark.level} {remark.text}" for remark in describe(read))


@pytest.mark.parametrize("case", SURVIVED)
def test_what_can_be_read_is_read_whole_and_said(case: str) -> None:
    text, said = SURVIVED[case]
    read = reading(text)
    assert set(read.records["member_id"]) == {row[0] for row in MEMBERS}
    assert read.records["name"].str.startswith("Atelier M-").all()
    assert said in remarks(read)


MARKS = {
    "utf-8": (codecs.BOM_UTF8, "UTF-8"),
    "utf-16-le": (codecs.BOM_UTF16_LE, "UTF-16"),
    "utf-16-be": (codecs.BOM_UTF16_BE, "UTF-16"),
}
ACCENTED = GOOD.replace("Atelier M-", "Étuve à Noël n° ")


@pytest.mark.parametrize("declared", MARKS)
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16-le", "utf-16-be", "mac-roman"])
def test_an_encoding_wrongly_declared_costs_no_letter_and_is_said(encoding: str, declared: str) -> None:
    """A text file declares its encoding by a mark before its first letter."""
    mark, name = MARKS[declared]
    read = reading(mark + ACCENTED.encode(encoding))
    expected = [(row[0], row[1].replace("Atelier M-", "Étuve à Noël n° ")) for row in MEMBERS]
    assert list(zip(read.records["member_id"], read.records["name"], strict=True)) == expected
    said = f"warning La marque du fichier annonce {name}, mais ses octets sont en {encoding}."
    assert (said in remarks(read)) is (encoding != declared)
    assert ("annonce" in remarks(read)) is (encoding != declared)


PHONES = written(
    *[
        member(row[0], siret=f"04 72 00 00 {row[0][-2:]}", phone=f"04 72 00 01 {row[0][-2:]}")
        for row in MEMBERS
    ]
)


def test_a_column_with_the_content_of_another_is_named() -> None:
    said = "La colonne « SIRET » contient des numéros de téléphone, comme « Téléphone »"
    assert f"warning {said}" in remarks(reading(PHONES))


def test_columns_as_they_should_be_are_not_doubted() -> None:
    assert "interverties" not in remarks(reading(written(*MEMBERS)))
    assert "contient" not in remarks(reading(written(*MEMBERS)))


@pytest.mark.parametrize(
    ("header", "factor", "said"),
    [
        ("CA (k€)", 1, None),
        ("CA", 1000, "trop grands : 152\u202f500\u202f000 € par emploi"),
        ("CA (k€)", 1000, "lus en k€, les chiffres de la colonne « CA (k€) » sont trop grands"),
        ("CA (€)", 1, "lus en €, les chiffres de la colonne « CA (€) » sont trop petits"),
        ("CA (€)", 1000, None),
    ],
    ids=["as ever", "no unit said", "k€ said, € given", "€ said, k€ given", "€ said and given"],
)
def test_a_unit_that_changed_is_noticed_from_the_figures(
    header: str, factor: int, said: str | None, tmp_path: Path
) -> None:
    renamed = [header if name == "CA (k€)" else name for name in HEADER]
    records = [member(row[0], turnover=str(1830 * factor)) for row in MEMBERS]
    build = tmp_path / "build.duckdb"
    read = reading(written(*records, header=renamed))
    write(build, [CLUSTR], [(read, b"")])
    report = standardise(build, StandardiseParameters())
    about = [remark.text for remark in report.remarks if "par emploi" in remark.text]
    assert (said in about[0]) if said else not about
