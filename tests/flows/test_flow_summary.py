"""The closing words of a run."""

import pytest
from openpyxl import load_workbook
from pipelines import Places, rows

from flows.outcome import Outcome
from flows.summary import summary
from transforms.report import Remark
from transforms.wording import number, percent


@pytest.fixture(scope="module")
def blocks(outcome: Outcome) -> dict[str, list[str]]:
    """The lines of each block by its title."""
    parts = [block.split("\n") for block in summary(outcome).split("\n\n")]
    return {title: lines for title, *lines in parts}


def test_the_blocks_stand_in_the_order_of_the_questions(blocks: dict[str, list[str]]) -> None:
    assert list(blocks) == [
        "Fusion terminée : l'entrepôt est publié.",
        "Exports lus",
        "Entreprises",
        "À faire",
        "À savoir",
        "Où trouver les résultats",
    ]


def test_the_figures_are_those_of_active_companies(blocks: dict[str, list[str]], published: Places) -> None:
    sums = (
        "count(*), count(*) FILTER (is_active), coalesce(sum(fee_eur) FILTER (is_active), 0)::INTEGER, "
        "max(fee_eur) FILTER (is_active)"
    )
    ((known, active, fees, most),) = rows(published.warehouse, f"SELECT {sums} FROM companies")
    lines = blocks["Entreprises"]
    assert lines[0].startswith(f"  - {known} entreprises, dont {active} avec une adhésion active ; ")
    share = percent(float(most) / fees)
    assert lines[-1] == f"  - {number(fees)} € de cotisations ; la plus grande en pèse {share}"


def test_what_needs_a_person_is_counted(blocks: dict[str, list[str]], published: Places) -> None:
    ((pairs,),) = rows(published.warehouse, "SELECT count(*) FROM review_queue")
    lines = blocks["À faire"]
    assert lines[0] == f"  - {pairs} paires de fiches à juger (alliage decide --queue)"
    titles = {"clustr": "Clust'R Numérique", "numelink": "Numelink"}
    for line, (source, title) in zip(lines[1:], titles.items(), strict=True):
        book = load_workbook(published.warehouse.with_name("rejets") / f"{source}_a_corriger.xlsx")
        cells = book.worksheets[0].max_row - 1
        assert line.startswith(f"  - {title}, à corriger : {cells} cellules refusées (")
        by_column = [
            int(part.rpartition(" ")[2])
            for part in line.partition("refusées (")[2].removesuffix(")").split(", ")
        ]
        assert sum(by_column) == cells
        assert by_column == sorted(by_column, reverse=True)


def test_every_file_is_named_where_it_lies(blocks: dict[str, list[str]], published: Places) -> None:
    folder = published.warehouse.parent
    assert blocks["Où trouver les résultats"] == [
        f"  - entrepôt : {published.warehouse}",
        f"  - à corriger : {folder / 'rejets' / 'clustr_a_corriger.xlsx'}",
        f"  - à corriger : {folder / 'rejets' / 'numelink_a_corriger.xlsx'}",
        f"  - contacts (données personnelles) : {folder / 'contacts.duckdb'}",
    ]


def test_warnings_are_told_and_mere_information_is_not(outcome: Outcome) -> None:
    told = outcome.model_copy(
        update={
            "remarks": (
                Remark(level="warning", text="La publication interrompue a été abandonnée."),
                Remark(text="Rien à signaler."),
            )
        }
    )
    words = summary(told)
    assert "  - La publication interrompue a été abandonnée." in words
    assert "Rien à signaler." not in words
