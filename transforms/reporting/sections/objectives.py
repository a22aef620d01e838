"""Today's figures beside what was announced."""

from datetime import date
from typing import Any

import duckdb

from transforms.reporting import cells
from transforms.reporting.document import Block, Section, Table, name, number_columns, text_column
from transforms.reporting.drawing import gauges
from transforms.reporting.reading import Row, rows
from transforms.wording import decimal, number, percent, plural

TABLES = frozenset({"objectives", "headline_contributors"})

_OBJECTIVES = "SELECT * FROM objectives ORDER BY position"
_CONTRIBUTORS = """
SELECT figure, rank, name, territory, value, kind, share, share_to_here
FROM headline_contributors
WHERE rank <= 3
ORDER BY list_position(['jobs', 'turnover_eur', 'fee_eur'], figure), rank
"""
_SHORT = {"members": "Membres", "jobs": "Emplois", "turnover": "Chiffre d'affaires"}
_STATUS = {
    "reached": "atteint",
    "under_way": "en cours",
    "overdue": "échéance passée",
    "unknown": "valeur inconnue",
    "no_data": "sans données",
}
_FIGURES = {"jobs": "Emplois", "turnover_eur": "Chiffre d'affaires", "fee_eur": "Cotisations"}


def section(con: duckdb.DuckDBPyConnection) -> Section:
    """Bars against each target that the warehouse can measure; a table of all; who carries the totals."""
    found = rows(con, _OBJECTIVES)
    measured = [row for row in found if row["value"] is not None]
    reached = sum(row["status"] == "reached" for row in found)
    without = [row for row in found if row["status"] == "no_data"]
    blind = f" ; pour {number(len(without))}, l'entrepôt n'a pas de quoi mesurer" if without else ""
    blocks: list[Block] = []
    if measured:
        blocks.append(
            gauges.progress(
                "objectifs",
                "Les chiffres d'aujourd'hui, en part de la valeur annoncée",
                "Barres : " + " ; ".join(f"{_name(row)} {_reached(row)}" for row in measured),
                [
                    gauges.Progress(
                        _name(row),
                        row["known"] / row["target"],
                        row["estimated"] / row["target"],
                        _reached(row),
                    )
                    for row in measured
                ],
            )
        )
    return Section(
        slug="objectifs",
        title="Les chiffres face aux objectifs",
        lead=f"{reached} des "
        f"{plural(len(found), 'objectif annoncé est atteint', 'objectifs annoncés sont atteints')}{blind}.",
        blocks=(*blocks, _table(found), _paces(found), _contributors(con)),
    )


def _name(row: Row) -> str:
    return _SHORT.get(row["objective"]) or name(row["label"])


def _reached(row: Row) -> str:
    """The share of the target, rounded down: what is nearly reached is not reached."""
    share = row["share_of_target"]
    if share is None:
        return cells.NONE
    return f"< {percent(0.01)}" if 0 < share < 0.01 else f"{number(row['percent_of_target'])}\u00a0%"


def _value(value: float | None, unit: str) -> str:
    """A figure in the unit of its objective; money in millions."""
    if value is None:
        return cells.NONE
    return f"{decimal(value / 1e6, 0)}\u00a0M€" if "euros" in unit else number(value)


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else cells.NONE


def _table(found: list[Row]) -> Table:
    return Table(
        title="Objectifs annoncés",
        columns=(
            text_column("Objectif"),
            *number_columns(
                "Annoncé",
                "Aujourd'hui",
                "dont exact",
                "dont estimé",
                "Plus grand contributeur",
                "Part de l'annonce",
            ),
            text_column("État"),
        ),
        rows=tuple(
            (
                row["label"],
                _value(row["target"], row["unit"]),
                _value(row["value"], row["unit"]),
                _value(row["known"], row["unit"]),
                _value(row["estimated"], row["unit"]),
                cells.share(row["largest_share"]),
                _reached(row),
                _STATUS[row["status"]],
            )
            for row in found
        ),
        notes=(
            *(f"{row['label']} : {row['remark']}" for row in found if _needs_words(row)),
            "Estimé : milieu de l'intervalle déclaré.",
        ),
    )


def _needs_words(row: Row) -> bool:
    return bool(row["companies_unknown"]) or row["status"] == "no_data"


def _paces(found: list[Row]) -> Table:
    return Table(
        title="Rythme nécessaire et rythme tenu, par mois",
        columns=(
            text_column("Objectif"),
            *number_columns("Ce qui manque", "Rythme nécessaire", "Rythme tenu"),
            text_column("Échéance"),
            text_column("Serait atteint le"),
        ),
        rows=tuple(
            (
                _name(row),
                _value(row["missing"], row["unit"]),
                _pace(row["pace_needed"], row["unit"]),
                _pace(row["pace_held"], row["unit"]),
                _day(row["due_on"]),
                _day(row["reached_on"]),
            )
            for row in found
        ),
        notes=(
            "Le rythme tenu demande deux publications à 28 jours d'écart au moins ; « — » : sans objet "
            "ou inconnu.",
        ),
    )


def _pace(value: float | None, unit: str) -> str:
    if value is None:
        return cells.NONE
    return f"{decimal(value / 1e6)}\u00a0M€" if "euros" in unit else decimal(value)


def _contributors(con: duckdb.DuckDBPyConnection) -> Table:
    return Table(
        title="Qui porte les totaux : les trois plus grands contributeurs",
        columns=(
            text_column("Total"),
            text_column("Entreprise"),
            *number_columns("Valeur", "Part du total", "Part cumulée"),
        ),
        rows=tuple(_contributor(row) for row in rows(con, _CONTRIBUTORS)),
        notes=("« … » : entrepreneur individuel, dont le nom n'est pas publié. * : valeur estimée.",),
    )


def _contributor(row: Row) -> tuple[str, ...]:
    values: dict[str, Any] = {"jobs": number, "turnover_eur": lambda value: _value(value, "euros")}
    told = values.get(row["figure"], lambda value: f"{number(value)}\u00a0€")(row["value"])
    return (
        _FIGURES[row["figure"]],
        name(row["name"]),
        told + ("*" if row["kind"] == "estimated" else ""),
        percent(row["share"], 1),
        percent(row["share_to_here"], 1),
    )
