"""A column that was filled and has gone: absent, emptied, or refused nearly everywhere."""

from collections.abc import Mapping

import pytest

from transforms import reference
from transforms.continuity.columns import Cells, counted, counts, findings
from transforms.continuity.gates import lifted
from transforms.continuity.naming import Naming
from transforms.errors import GateError
from transforms.gates import Gate
from transforms.warehouse.database import connect
from transforms.warehouse.runs import RunInput

FIELDS = tuple(reference.load("fields"))
NAMING = Naming({"north": "Réseau du Nord"}, {("north", "turnover"): "CA (k€)"}, {})
GONE = Naming(NAMING.titles, NAMING.headers, {("north", "turnover"): "Kilos"})


def export(records: int) -> RunInput:
    return RunInput(source="north", file="north.csv", sha256="0" * 64, export_date=None, records=records)


def cells(filled: int, refused: int = 0) -> Mapping[tuple[str, str], Cells]:
    """The cells of every field: all empty but those of the turnover."""
    return {("north", field): Cells(0, 0) for field in FIELDS} | {
        ("north", "turnover"): Cells(filled, refused)
    }


# Records, filled and refused cells of the turnover now; its values among 100 records then; what is said.
CASES = {
    "as ever": (100, 80, 0, 80, None),
    "a few refused": (100, 80, 20, 80, None),
    "half of them": (100, 40, 0, 80, None),
    "a tenth of them": (100, 8, 0, 80, "est presque vide (8 valeurs), au lieu de 80 valeurs"),
    "just above a tenth": (100, 9, 0, 80, None),
    "none": (100, 0, 0, 80, "est presque vide (0 valeur), au lieu de 80 valeurs"),
    "all refused": (100, 80, 80, 80, "est refusée presque partout (80 cellules sur 80), au lieu de 80"),
    "nine in ten refused": (100, 80, 72, 80, "est refusée presque partout (72 cellules sur 80)"),
    "a list of half the length": (50, 40, 0, 80, None),
    "a list of twice the length": (200, 16, 0, 80, "est presque vide (16 valeurs)"),
    "hardly filled then": (100, 0, 0, 4, None),
    "poor then and gone": (100, 0, 0, 5, "est presque vide"),
    "refused then too": (100, 80, 80, 0, None),
}


@pytest.mark.parametrize(("records", "filled", "refused", "then", "said"), CASES.values(), ids=CASES)
def test_a_column_that_lost_nine_values_in_ten(
    records: int, filled: int, refused: int, then: int, said: str | None
) -> None:
    known = {"north": {"usable_turnover_north": then, "usable_city_north": 0}}
    found = list(findings([export(records)], cells(filled, refused), {"north": export(100)}, known, NAMING))
    assert [one.gate for one in found] == [Gate.COLUMNS] * (said is not None)
    if said:
        assert found[0].found.startswith("la colonne « CA (k€) » ")
        assert said in found[0].found
        assert (found[0].field, found[0].compared) == ("turnover", True)


@pytest.mark.parametrize(
    ("filled", "refused", "stopped"),
    [(20, 18, True), (20, 17, False), (19, 19, False), (0, 0, False), (400, 400, True)],
    ids=["nine in ten", "fewer", "too few cells", "empty", "all"],
)
def test_without_an_earlier_publication_only_refusals_tell(filled: int, refused: int, stopped: bool) -> None:
    found = list(findings([export(400)], cells(filled, refused), {}, {}, NAMING))
    assert [one.gate for one in found] == [Gate.COLUMNS] * stopped
    assert not any(one.compared for one in found)


def test_the_refusal_has_all_that_a_person_needs() -> None:
    known = {"north": counts(cells(80))}
    found = list(findings([export(100)], cells(0), {"north": export(100)}, known, GONE))
    with pytest.raises(GateError) as refused:
        lifted(found, (), GONE)
    error = refused.value
    assert error.what == "Un export ne ressemble plus à celui de la dernière publication : rien n'est publié."
    assert error.where is not None
    assert (error.where.file, error.where.column) == ("north/north.csv", "CA (k€)")
    assert error.found == (
        "Réseau du Nord : la colonne « CA (k€) » est absente (c'est peut-être la colonne inconnue « Kilos »)"
        ", au lieu de 80 valeurs à la dernière publication"
    )
    assert error.expected == "une colonne « CA (k€) » remplie et lisible"
    assert error.next_step == (
        "contrôler l'export avec « alliage check », ou en demander un autre ; s'il est juste, relancer avec "
        "--force colonnes"
    )
    (remark,) = lifted(found, {Gate.COLUMNS}, GONE)
    assert (remark.level, remark.source) == ("warning", "north")


def test_an_unreadable_column_of_a_first_export_is_told_as_such() -> None:
    found = list(findings([export(100)], cells(80, 80), {}, {}, NAMING))
    with pytest.raises(GateError) as refused:
        lifted(found, (), NAMING)
    assert refused.value.what == "Une colonne d'un export est illisible : rien n'est publié."
    assert "dernière publication" not in str(refused.value)


def test_cells_that_say_nothing_or_were_refused_hold_no_value() -> None:
    with connect(None) as con:
        con.execute("CREATE SCHEMA raw; CREATE SCHEMA standard")
        columns = ", ".join(f"NULL::VARCHAR AS {field}" for field in FIELDS if field not in ("name", "city"))
        con.execute(
            f"CREATE TABLE raw.records AS SELECT 'north' AS source, {columns}, name, city FROM (VALUES "
            "('Orvalis', 'Lyon'), ('Taviol', 'nc'), ('Brume', '-'), ('Cap', NULL), ('Zéphyr', 'Viviers')) "
            "AS t(name, city)"
        )
        for schema, rule in (("raw", "cell_error"), ("standard", "city_unknown")):
            con.execute(
                f"CREATE TABLE {schema}.rejections AS SELECT 'north' AS source, 'city' AS field, "
                f"2 AS source_row, 'warning' AS severity, '{rule}' AS rule"
            )
        con.execute("INSERT INTO raw.rejections VALUES ('north', 'name', 3, 'info', 'question_mark_damage')")
        found = counted(con)
    assert found["north", "name"] == Cells(5, 0)
    assert found["north", "city"] == Cells(2, 1)
    assert counts(found) == {"usable_name_north": 5, "usable_city_north": 1}
