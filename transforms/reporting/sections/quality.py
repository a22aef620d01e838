"""What the cells of each export are worth, and the rules that are not kept."""

import duckdb

from transforms.reporting import cells
from transforms.reporting.document import Block, Section, Table, bounded, name, number_columns, text_column
from transforms.reporting.drawing import gauges
from transforms.reporting.reading import Row, rows
from transforms.wording import number, percent, plural

TABLES = frozenset({"data_quality", "quality_results", "rejected_rows", "sources"})

_QUALITY = """
SELECT quality.*, sources.title
FROM data_quality AS quality
INNER JOIN sources USING (source)
ORDER BY sources.priority, source, valid / nullif(quality.records, 0) DESC, label
"""
_BROKEN = """
SELECT description, severity, checked, failed
FROM quality_results
WHERE NOT success
ORDER BY list_position(['critical', 'warning', 'info'], severity), failed DESC, stage, rule
"""
_REFUSED = """
WITH counted AS (
    SELECT
        sources.title,
        coalesce(column_name, '(fiche entière)') AS column_name,
        -- What is wrong; what was expected and what to do follow in the workbooks.
        split_part(message, ' Attendu :', 1) AS problem,
        -- A warning about a whole record refuses no cell.
        if(severity = 'warning' AND column_name IS NULL, 'info', severity) AS severity,
        count(*) AS cells
    FROM rejected_rows
    INNER JOIN sources USING (source)
    GROUP BY ALL
)

SELECT *
FROM counted
ORDER BY list_position(['critical', 'warning', 'info'], severity), cells DESC, title, column_name, problem
"""
_SEVERITIES = {"critical": "fiche refusée", "warning": "cellule refusée", "info": "à vérifier"}
_RULE_SEVERITIES = {"critical": "critique", "warning": "avertissement", "info": "information"}
_MOST = 15


def section(con: duckdb.DuckDBPyConnection) -> Section:
    """One picture and one table a source, then what was refused and which rules are not kept."""
    found = rows(con, _QUALITY)
    blocks: list[Block] = []
    for source in dict.fromkeys(row["source"] for row in found):
        blocks += _source([row for row in found if row["source"] == source])
    return Section(
        slug="qualite",
        title="La qualité des exports",
        lead=_lead(found),
        blocks=(*blocks, *_refused(con), *_broken(con)),
    )


def _lead(found: list[Row]) -> str:
    if not found:
        return "Aucun export n'a de champ à juger."
    parts = []
    for source in dict.fromkeys(row["source"] for row in found):
        own = [row for row in found if row["source"] == source]
        said = sum(row["valid"] + row["refused"] for row in own)
        cells = sum(row["records"] for row in own)
        usable = sum(row["valid"] for row in own)
        parts.append(
            f"{name(own[0]['title'])} : {percent(usable / cells if cells else 0)} des cellules sont "
            "utilisables, "
            + (
                plural(said - usable, "est refusée", "sont refusées")
                if said > usable
                else "aucune n'est refusée"
            )
        )
    return " ; ".join(parts) + "."


def _source(own: list[Row]) -> list[Block]:
    title, records = name(own[0]["title"]), own[0]["records"]

    def share(count: int) -> float:
        return count / records if records else 0.0

    picture = gauges.filled(
        f"qualite-{_slug(own[0]['source'])}",
        f"{title} : cellules utilisables (bleu), refusées (orange hachuré), remplies sans rien dire "
        "(gris hachuré), vides (pâle)",
        "Barres : " + " ; ".join(f"{row['label']} {percent(share(row['valid']))}" for row in own),
        [
            gauges.Filled(
                name(row["label"]), share(row["valid"]), share(row["refused"]), share(row["no_value"])
            )
            for row in own
        ],
        width=1,
    )
    return [picture, _table(title, own)]


def _slug(source: str) -> str:
    return "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in source)


def _table(title: str, own: list[Row]) -> Table:
    return Table(
        title=f"{title} : cellules par champ",
        columns=(
            text_column("Champ"),
            *number_columns(
                "Fiches",
                "Remplies",
                "Utilisables",
                "Refusées",
                "Sans valeur",
                "À vérifier",
                "Complétude",
                "Validité",
            ),
        ),
        rows=tuple(
            (
                name(row["label"]),
                *(
                    number(row[count])
                    for count in ("records", "filled", "valid", "refused", "no_value", "flagged")
                ),
                cells.share(row["completeness"], 1),
                cells.share(row["validity"], 1),
            )
            for row in own
        ),
        notes=(
            "Complétude : cellules qui disent une valeur, sur le nombre de fiches. Validité : part de "
            "celles-ci qui est utilisable.",
        ),
    )


def _refused(con: duckdb.DuckDBPyConnection) -> list[Table]:
    found = rows(con, _REFUSED)
    if not found:
        return []
    lines, more = bounded(
        (
            (
                name(row["title"]),
                name(row["column_name"]),
                row["problem"],
                _SEVERITIES[row["severity"]],
                number(row["cells"]),
            )
            for row in found
        ),
        _MOST,
    )
    return [
        Table(
            title="Ce qui a été refusé ou signalé",
            columns=(
                *map(text_column, ("Réseau", "Colonne", "Ce qui ne va pas", "Suite")),
                *number_columns("Cellules"),
            ),
            rows=lines,
            notes=(*more, "Le détail, ligne par ligne, est dans les classeurs à corriger."),
        )
    ]


def _broken(con: duckdb.DuckDBPyConnection) -> list[Table]:
    found = rows(con, _BROKEN)
    if not found:
        return []
    lines, more = bounded(
        (
            (
                row["description"],
                _RULE_SEVERITIES[row["severity"]],
                number(row["checked"]),
                number(row["failed"]),
            )
            for row in found
        ),
        _MOST,
    )
    return [
        Table(
            title="Règles de qualité qui ne sont pas respectées",
            columns=(
                text_column("Règle"),
                text_column("Gravité"),
                *number_columns("Lignes contrôlées", "Lignes en défaut"),
            ),
            rows=lines,
            notes=more,
        )
    ]
