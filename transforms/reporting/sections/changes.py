"""What changed since the publication before."""

import re

import duckdb

from transforms.moments import moment_text
from transforms.reporting import cells
from transforms.reporting.document import Block, Section, Table, bounded, name, number_columns, text_column
from transforms.reporting.drawing import evolution
from transforms.reporting.reading import Row, one, rows
from transforms.warehouse.run_settings import changed_settings, settings_of
from transforms.wording import decimal, number, plural

TABLES = frozenset({"publications", "changes", "objective_history", "companies", "data_dictionary", "runs"})

_PUBLICATIONS = """
SELECT published_at, run_id, restored_run_id, n_joined, n_left, n_merged, n_split, n_changed
FROM publications
ORDER BY published_at DESC
LIMIT 30
"""
_MOVED = """
SELECT kind, name, count(*) OVER () AS total
FROM changes
WHERE run_id = $run_id AND kind <> 'changed'
ORDER BY list_position(['joined', 'left', 'merged', 'split'], kind), name, change_no
LIMIT 16
"""
_FIELDS = """
SELECT field, any_value(dictionary.meaning) AS meaning, count(DISTINCT changes.company_id) AS companies
FROM changes
LEFT JOIN data_dictionary AS dictionary
    ON dictionary.table_name = 'companies' AND dictionary.column_name = changes.field
WHERE run_id = $run_id AND changes.kind = 'changed'
GROUP BY ALL
ORDER BY companies DESC, field
"""
_FIGURES = """
WITH figures AS (
    SELECT figure, published_at, any_value(value) AS value
    FROM objective_history
    WHERE figure IN ('companies', 'jobs', 'turnover_eur')
    GROUP BY figure, published_at
)

SELECT *
FROM figures
ORDER BY list_position(['companies', 'jobs', 'turnover_eur'], figure), published_at
"""
_LARGEST = """
SELECT
    max(jobs) / nullif(sum(jobs::DECIMAL(18, 2)), 0) AS jobs,
    max(turnover_eur) / nullif(sum(turnover_eur::DECIMAL(18, 2)), 0) AS turnover_eur
FROM companies
WHERE is_active
"""
_KINDS = {
    "joined": "arrivée",
    "left": "partie",
    "merged": "fusionnée dans une autre",
    "split": "détachée d'une autre",
}
_NAMES = {"companies": "Membres", "jobs": "Emplois", "turnover_eur": "Chiffre d'affaires (M€)"}
_SHOWN = 15
_MOST_FIELDS = 12


def section(con: duckdb.DuckDBPyConnection) -> Section:
    """How many joined, left, merged, split, changed; which figures moved; the history of the figures."""
    found = rows(con, _PUBLICATIONS)
    if not found or found[0]["n_joined"] is None:
        return Section(
            slug="changements",
            title="Ce qui a changé",
            lead="C'est la première publication que cet entrepôt connaisse : il n'y a rien à quoi la "
            "comparer.",
        )
    last, before = found[0], found[1] if len(found) > 1 else None
    blocks: list[Block] = [
        *_figures(rows(con, _FIGURES), one(con, _LARGEST)),
        _table(found),
        *_settings(con, last["run_id"], before),
        *_fields(con, last["run_id"]),
        *_moved(con, last["run_id"]),
    ]
    since = (
        f"Depuis la publication du {moment_text(before['published_at'])}"
        if before
        else "Depuis la publication d'avant"
    )
    return Section(
        slug="changements", title="Ce qui a changé", lead=f"{since} : {_told(last)}.", blocks=tuple(blocks)
    )


def _told(row: Row) -> str:
    parts = [
        plural(row[count], one, many)
        for count, one, many in (
            ("n_joined", "arrivée", "arrivées"),
            ("n_left", "départ", "départs"),
            ("n_merged", "fusion", "fusions"),
            ("n_split", "séparation", "séparations"),
            ("n_changed", "entreprise modifiée", "entreprises modifiées"),
        )
        if row[count]
    ]
    return ", ".join(parts) or "rien n'a changé"


def _figures(found: list[Row], largest: Row) -> list[Block]:
    """The lines of the figures over publications, and the last two beside each other."""
    by_figure: dict[str, list[Row]] = {}
    for row in found:
        by_figure.setdefault(row["figure"], []).append(row)
    lines = [
        evolution.Line(
            _NAMES[figure],
            tuple(row["published_at"] for row in own),
            tuple(_scaled(figure, row["value"]) for row in own),
        )
        for figure, own in by_figure.items()
        if len(own) > 1
    ]
    if not lines:
        return []
    shares = {_NAMES[figure]: share for figure, share in largest.items()}
    table = Table(
        title="Les chiffres d'une publication à l'autre",
        columns=(
            text_column("Chiffre"),
            *number_columns("Publication d'avant", "Celle-ci", "dont le plus grand", "Différence"),
        ),
        rows=tuple(
            (
                line.name,
                *(_number(line.name, value) for value in line.values[-2:]),
                cells.share(shares.get(line.name)),
                _difference(line),
            )
            for line in lines
        ),
    )
    return [
        evolution.evolution(
            "evolution",
            "Les chiffres de chaque publication, chacun à son échelle",
            "Courbes : "
            + " ; ".join(
                f"{line.name} de {_number(line.name, line.values[0])} à {_number(line.name, line.values[-1])}"
                for line in lines
            ),
            lines,
        ),
        table,
    ]


def _scaled(figure: str, value: float | None) -> float:
    return (value or 0.0) / (1e6 if figure == "turnover_eur" else 1)


def _number(label: str, value: float) -> str:
    return decimal(value) if "M€" in label else number(value)


def _difference(line: evolution.Line) -> str:
    # Of the values as they are written, so that the reader finds the same.
    digits = 1 if "M€" in line.name else 0
    difference = round(line.values[-1], digits) - round(line.values[-2], digits)
    if not difference:
        return "0"
    return ("+" if difference > 0 else "−") + _number(line.name, abs(difference))


def _table(found: list[Row]) -> Table:
    return Table(
        title="Les dernières publications",
        columns=(
            text_column("Publication"),
            *number_columns("Arrivées", "Parties", "Fusionnées", "Détachées", "Modifiées"),
            text_column("Sorte"),
        ),
        rows=tuple(
            (
                moment_text(row["published_at"]),
                *(cells.count(row[f"n_{kind}"]) for kind in ("joined", "left", "merged", "split", "changed")),
                "retour en arrière" if row["restored_run_id"] else "fusion",
            )
            for row in found[:10]
        ),
    )


def _settings(con: duckdb.DuckDBPyConnection, run_id: str, before: Row | None) -> list[Table]:
    """The settings that are not as they were: a figure may have moved though no export did."""
    if before is None:
        return []
    found = changed_settings(settings_of(con, before["run_id"]), settings_of(con, run_id))
    if not found:
        return []
    return [
        Table(
            title="Réglages modifiés",
            columns=(text_column("Réglage"), text_column("Avant"), text_column("Maintenant")),
            rows=tuple((one.label[:1].upper() + one.label[1:], one.old, one.new) for one in found),
            notes=("Ce qui en dépend a pu changer sans qu'aucun export n'ait changé.",),
        )
    ]


def _fields(con: duckdb.DuckDBPyConnection, run_id: str) -> list[Table]:
    found = rows(con, _FIELDS, run_id=run_id)
    if not found:
        return []
    lines, more = bounded(
        ((row["field"], _clause(row["meaning"] or ""), number(row["companies"])) for row in found),
        _MOST_FIELDS,
    )
    return [
        Table(
            title="Champs modifiés",
            columns=(text_column("Colonne"), text_column("Ce que c'est"), *number_columns("Entreprises")),
            rows=lines,
            notes=more,
        )
    ]


def _clause(meaning: str) -> str:
    """A meaning up to its first remark."""
    return re.split(r" ?[;:(]", meaning, maxsplit=1)[0].strip()


def _moved(con: duckdb.DuckDBPyConnection, run_id: str) -> list[Table]:
    found = rows(con, _MOVED, run_id=run_id)
    if not found:
        return []
    left = found[0]["total"] - len(found[:_SHOWN])
    more = (f"… et {plural(left, 'autre', 'autres')} : SELECT * FROM changes.",) if left else ()
    return [
        Table(
            title="Entreprises arrivées, parties, réunies ou séparées",
            columns=(text_column("Entreprise"), text_column("Ce qui lui est arrivé")),
            rows=tuple((name(row["name"]), _KINDS[row["kind"]]) for row in found[:_SHOWN]),
            notes=("« … » : entrepreneur individuel, dont le nom n'est pas publié.", *more),
        )
    ]
