import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.sources.grid import frame
from transforms.sources.rows import classify

HEADER = ["Id", "Nom", "Ville", "Effectif", "Cotisation (€)"]


def kinds(*rows: list[str]) -> list[tuple[str, str | None]]:
    texts = frame([list(row) for row in rows], list(range(2, len(rows) + 2)))
    found = classify(texts, HEADER, ["Annuaire des membres"], 1, 2)
    return [
        (outcome, None if pd.isna(reason) else reason)
        for outcome, reason in found.itertuples(index=False, name=None)
    ]


RECORD = ["A1", "Forge du Nord", "Vienne", "12", "450,00"]


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        (RECORD, ("record", None)),
        (["", "", "", "", ""], ("ignored", "blank")),
        (["----", "----", "", "", ""], ("ignored", "blank")),
        (HEADER, ("ignored", "repeated_header")),
        (["ID", "NOM", "VILLE", "", ""], ("ignored", "repeated_header")),
        (["Annuaire des membres", "", "", "", ""], ("ignored", "repeated_header")),
        (["TOTAL", "399 adhérents", "", "", ""], ("ignored", "total")),
        (["Total général", "", "", "4 512", "12 300,00 €"], ("ignored", "total")),
        (["", "Sous-total", "", "12", ""], ("ignored", "total")),
        (["", "", "", "TOTAL", "1200"], ("ignored", "total")),
        (["Nombre d'adhérents : 399", "", "", "", ""], ("ignored", "total")),
        (["Totaux", "", "", "1", "2"], ("ignored", "total")),
        (["399 membres", "", "", "", ""], ("ignored", "total")),
        (["A2", "Total", "", "", ""], ("record", None)),
        (["A2", "Total Bâtiment SARL", "Lyon", "", ""], ("record", None)),
        (["A2", "Somme Conseil", "", "", ""], ("record", None)),
        (["TOTAL", "Forge SARL", "2 rue du Port", "", ""], ("record", None)),
        (["", "Total Bâtiment SARL", "12 rue du Port, Lyon", "", ""], ("rejected", "member_id_missing")),
        (["Export du 03/10/2016", "", "", "", ""], ("ignored", "note")),
        (["", "Forge", "Lyon", "", ""], ("rejected", "member_id_missing")),
        (["A3", "", "Lyon", "3", ""], ("rejected", "name_missing")),
        (["A3", "", "", "", ""], ("rejected", "name_missing")),
    ],
    ids=lambda value: " ".join(filter(None, value)) or "empty",
)
def test_what_a_line_is(row, kind):
    assert kinds(row) == [kind]


def test_of_two_rows_with_one_identifier_the_fuller_is_kept():
    poor = ["A1", "Forge", "", "", ""]
    assert kinds(poor, RECORD) == [("rejected", "member_id_duplicate"), ("record", None)]
    assert kinds(RECORD, poor) == [("record", None), ("rejected", "member_id_duplicate")]


def test_a_row_repeated_word_for_word_is_called_so():
    assert kinds(RECORD, RECORD, RECORD) == [("record", None), *[("rejected", "row_duplicate")] * 2]


ROWS = st.lists(
    st.lists(st.sampled_from(["", "A1", "A2", "Total", "12", "Lyon", "Id", "Nom"]), min_size=5, max_size=5),
    min_size=1,
    max_size=12,
)


@settings(max_examples=30, deadline=None)
@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_rows_decides_nothing(rows, random):
    shuffled = rows.copy()
    random.shuffle(shuffled)

    def counted(some):
        return sorted(zip(some, map(str, kinds(*some)), strict=True))

    assert counted(rows) == counted(shuffled)


@settings(max_examples=30, deadline=None)
@given(ROWS)
def test_identifiers_of_records_are_unique_and_filled(rows):
    ids = [row[0] for row, (outcome, _) in zip(rows, kinds(*rows), strict=True) if outcome == "record"]
    assert all(ids)
    assert len(ids) == len(set(ids))
