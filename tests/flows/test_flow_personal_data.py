"""Who can be reached at a company stands in contacts.duckdb, and nowhere in the warehouse."""

import stat

import pytest
from pipelines import Places, rows, table_names

from benchmarks.sample import Sample

E_MAIL = r"[^\s@]+@[^\s@]+\.[a-zA-Z]{2,}"
# Ten digits in pairs or after +33, as only telephone numbers are written.
TELEPHONE = r"\b0[1-9](?:[ .-]\d\d){4}\b|(?:\+|\b00)33[ .(\d]"
# Apart from the addresses that the texts of our own rules show as an example.
_TEXTS = r"(SELECT regexp_replace(t::VARCHAR, 'nom@(domaine|exemple)\.fr', '', 'g') AS text FROM {name} AS t)"


@pytest.fixture(scope="module")
def texts(published: Places) -> str:
    """Every text of the warehouse, those inside lists and structs too."""
    everything = [
        "\n".join(str(row) for (row,) in rows(published.warehouse, f"SELECT t::VARCHAR FROM {name} AS t"))
        for name in table_names(published)
    ]
    return "\n".join(everything)


@pytest.fixture(scope="module")
def persons(published: Places) -> list[tuple[str, str, str]]:
    return rows(published.build, "SELECT contact_person, email, phone FROM standard.records")


def test_the_scan_sees_what_the_warehouse_says(texts: str, published: Places) -> None:
    ((name,),) = rows(published.warehouse, "SELECT max(name) FROM companies")
    assert name in texts
    assert "export_date" in texts


@pytest.mark.parametrize("column", ["E-mail", "Téléphone", "Contact", "Mail", "Tél", "Interlocuteur"])
def test_no_contact_as_received_is_in_the_warehouse(texts: str, sample: Sample, column: str) -> None:
    exports = [frame for frame in (sample.clustr, sample.numelink) if column in frame]
    values = {str(value) for frame in exports for value in frame[column].dropna() if str(value).strip()}
    assert len(values) > 50
    # A number that Excel took for one has lost its shape; that of a SIREN may hold it by chance.
    telling = {value for value in values if len(value) > 6 and not (value.isdigit() and len(value) < 10)}
    assert [value for value in telling if value in texts] == []


def test_no_contact_as_standardised_is_in_the_warehouse(
    texts: str, persons: list[tuple[str, str, str]]
) -> None:
    values = {value for row in persons for value in row if value}
    assert len(values) > 300
    assert [value for value in values if value in texts] == []


@pytest.mark.parametrize("pattern", [E_MAIL, TELEPHONE], ids=["e-mail", "telephone"])
def test_nothing_in_the_warehouse_looks_like_one(published: Places, pattern: str) -> None:
    found = [
        (name, row)
        for name in table_names(published)
        for (row,) in rows(
            published.warehouse,
            f"SELECT text FROM {_TEXTS.format(name=name)} WHERE regexp_matches(text, ?)",
            pattern,
        )
    ]
    assert found == []


def test_contacts_are_in_a_file_of_their_owner(published: Places, sample: Sample) -> None:
    contacts = published.warehouse.with_name("contacts.duckdb")
    assert stat.S_IMODE(contacts.stat().st_mode) == 0o600
    assert stat.S_IMODE(contacts.parent.stat().st_mode) == 0o700
    held = "SELECT count(person), count(email), count(telephone) FROM contacts"
    ((persons, emails, telephones),) = rows(contacts, held)
    records = len(sample.truth)
    assert persons > 0.8 * records
    assert min(emails, telephones) > 0.4 * records


def test_refused_contacts_are_there_with_their_value(published: Places) -> None:
    contacts = published.warehouse.with_name("contacts.duckdb")
    refused = dict(rows(contacts, "SELECT rejection_no, value FROM rejected_contacts"))
    assert refused
    public = dict(rows(published.warehouse, "SELECT rejection_no, value FROM rejected_rows"))
    assert all(value for value in refused.values())
    assert {public[number] for number in refused} == {None}


def test_files_with_personal_data_are_their_owner_s(published: Places) -> None:
    workbooks = list(published.warehouse.with_name("rejets").glob("*.xlsx"))
    assert workbooks
    assert {stat.S_IMODE(path.stat().st_mode) for path in workbooks} == {0o600}
