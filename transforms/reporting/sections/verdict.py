"""The verdict: what was published, what it counts, and what to bear in mind when reading it."""

from collections.abc import Iterator

import duckdb

from transforms.reporting.document import (
    KeyFigure,
    KeyFigures,
    Point,
    Points,
    Section,
    Table,
    name,
    number_columns,
    text_column,
)
from transforms.reporting.reading import Row, one, rows
from transforms.wording import decimal, euros, number, percent, plural

TABLES = frozenset(
    {"companies", "memberships", "sources", "runs", "quality_results", "review_queue", "rejected_rows"}
)

_FIGURES = """
SELECT count(*)                                                  AS known,
       count(*) FILTER (is_active)                               AS active,
       count(*) FILTER (n_records > 1)                           AS merged,
       sum(n_records)                                            AS records,
       sum(jobs::DECIMAL(18, 2)) FILTER (is_active)              AS jobs,
       max(jobs) FILTER (is_active)                              AS jobs_largest,
       count(*) FILTER (is_active AND jobs IS NULL)              AS jobs_unknown,
       sum(turnover_eur::DECIMAL(18, 2)) FILTER (is_active)      AS turnover,
       max(turnover_eur) FILTER (is_active)                      AS turnover_largest,
       count(*) FILTER (is_active AND turnover_eur IS NULL)      AS turnover_unknown,
       sum(fee_eur) FILTER (is_active)                           AS fee,
       max(fee_eur) FILTER (is_active)                           AS fee_largest,
       count(*) FILTER (is_active AND fee_eur IS NULL)           AS fee_unknown
FROM companies
"""
_STATE = """
SELECT (SELECT count(*) FROM quality_results)                                          AS rules,
       (SELECT count(*) FROM review_queue)                                             AS to_judge,
       (SELECT count(*) FROM rejected_rows WHERE severity = 'critical')                AS rows_refused,
       (SELECT count(*) FROM rejected_rows
        WHERE severity = 'warning' AND column_name IS NOT NULL)                        AS cells_refused,
       (SELECT gates_overridden FROM runs WHERE verdict = 'published' ORDER BY run_id DESC LIMIT 1) AS gates
"""
_BROKEN = """
SELECT description, failed
FROM quality_results
WHERE NOT success
ORDER BY list_position(['critical', 'warning', 'info'], severity), failed DESC, stage, rule
"""
_SOURCES = """
SELECT title, file, export_date, records, rows_ignored, rows_rejected
FROM sources
ORDER BY priority, source
"""
_HEAVY = 1 / 3
_NAMED = 3


def section(con: duckdb.DuckDBPyConnection) -> Section:
    """Key figures, points to bear in mind, and the exports that were read."""
    figures, state, sources = one(con, _FIGURES), one(con, _STATE), rows(con, _SOURCES)
    points = tuple(_points(figures, state, sources, rows(con, _BROKEN)))
    doubts = sum(not point.good for point in points)
    lead = "L'entrepôt est publié" + (
        f", avec {plural(doubts, 'point', 'points')} à garder en tête en lisant les chiffres."
        if doubts
        else " et rien n'appelle de réserve."
    )
    return Section(
        slug="verdict",
        title="Verdict",
        lead=lead,
        blocks=(KeyFigures(items=tuple(_key_figures(figures))), Points(items=points), _exports(sources)),
    )


def _key_figures(figures: Row) -> Iterator[KeyFigure]:
    yield KeyFigure(
        label="Membres",
        value=number(figures["active"]),
        detail=(
            f"entreprises actives, sur {number(figures['known'])} connues",
            f"{plural(figures['merged'], 'réunit', 'réunissent')} plusieurs fiches",
        ),
    )
    millions = f"{decimal(float(figures['turnover'] or 0) / 1e6, 0)}\u00a0M€"
    for label, value, key in (
        ("Emplois", number(figures["jobs"] or 0), "jobs"),
        ("Chiffre d'affaires", millions, "turnover"),
        ("Cotisations", euros(figures["fee"] or 0), "fee"),
    ):
        detail = [f"la plus grande en pèse {percent(share)}"] if (share := _largest(figures, key)) else []
        unknown = figures[f"{key}_unknown"]
        detail += [f"inconnu pour {plural(unknown, 'membre', 'membres')}"] if unknown else []
        yield KeyFigure(
            label=label, value=value if figures[key] is not None else "inconnu", detail=tuple(detail)
        )


def _largest(figures: Row, key: str) -> float:
    return float(figures[f"{key}_largest"]) / float(figures[key]) if figures[key] else 0.0


def _points(figures: Row, state: Row, sources: list[Row], broken: list[Row]) -> Iterator[Point]:
    """What is well, and what is not; the reader decides what follows from it."""
    rules = state["rules"]
    kept = f"{plural(rules, 'règle de qualité', 'règles de qualité')}, toutes respectées"
    yield Point(good=not broken, text=_not_kept(broken, rules) if broken else kept)
    if state["gates"]:
        yield Point(good=False, text=f"Contrôles levés à la demande : {', '.join(state['gates'])}")
    if undated := [name(one["title"]) for one in sources if one["export_date"] is None]:
        yield Point(good=False, text=f"Sans date d'export : {', '.join(undated)}")
    for key, label in (
        ("jobs", "des emplois"),
        ("turnover", "du chiffre d'affaires"),
        ("fee", "des cotisations"),
    ):
        if (share := _largest(figures, key)) > _HEAVY:
            yield Point(good=False, text=f"Une seule entreprise porte {percent(share)} {label}")
    judge = state["to_judge"]
    yield Point(
        good=not judge,
        text=f"{plural(judge, 'paire de fiches attend', 'paires de fiches attendent')} le mot d'une personne"
        if judge
        else "Aucune paire de fiches n'est à juger",
    )
    if state["rows_refused"]:
        yield Point(good=False, text=plural(state["rows_refused"], "fiche refusée", "fiches refusées"))
    cells = state["cells_refused"]
    yield Point(
        good=not cells,
        text=f"{plural(cells, 'cellule refusée', 'cellules refusées')} : elles ne comptent pas"
        if cells
        else "Aucune cellule refusée",
    )


def _not_kept(broken: list[Row], rules: int) -> str:
    """How many rules are not kept, and what the first of them ask for."""
    asked = [f"« {one['description']} » ({number(one['failed'])} en défaut)" for one in broken[:_NAMED]]
    more = len(broken) - _NAMED
    named = " ; ".join([*asked, *[plural(more, "autre", "autres")] * (more > 0)])
    return f"{number(len(broken))} des {plural(rules, 'règle', 'règles')} de qualité en défaut : {named}"


def _exports(sources: list[Row]) -> Table:
    return Table(
        title="Exports lus",
        columns=(
            text_column("Réseau"),
            text_column("Fichier"),
            text_column("Date de l'export"),
            *number_columns("Fiches", "Lignes ignorées", "Lignes refusées"),
        ),
        rows=tuple(
            (
                name(one["title"]),
                name(one["file"]),
                f"{one['export_date']:%d/%m/%Y}" if one["export_date"] else "sans date",
                number(one["records"]),
                number(one["rows_ignored"]),
                number(one["rows_rejected"]),
            )
            for one in sources
        ),
        notes=("Lignes ignorées : blanches, en-têtes répétés, totaux.",),
    )
