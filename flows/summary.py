"""The closing words of a run, for people who do not program."""

from typing import Any

import duckdb

from flows.outcome import Outcome
from flows.since_last import since_last
from transforms.matching.refitting.in_force import TOLD_AS
from transforms.moments import day_text
from transforms.report import Remark
from transforms.warehouse import beside
from transforms.warehouse.database import connect
from transforms.wording import number, percent, plural

_FIGURES = """
SELECT count(*)                                                        AS known,
       count(*) FILTER (WHERE is_active)                               AS active,
       count(*) FILTER (WHERE n_records > 1)                           AS merged,
       coalesce(sum(jobs) FILTER (WHERE is_active), 0)                 AS jobs,
       count(*) FILTER (WHERE is_active AND jobs IS NULL)              AS without_jobs,
       coalesce(sum(turnover_eur) FILTER (WHERE is_active), 0)         AS turnover,
       count(*) FILTER (WHERE is_active AND turnover_eur IS NULL)      AS without_turnover,
       coalesce(sum(fee_eur) FILTER (WHERE is_active), 0)::DOUBLE      AS fees,
       max(jobs) FILTER (WHERE is_active)                              AS most_jobs,
       max(turnover_eur) FILTER (WHERE is_active)                      AS most_turnover,
       (max(fee_eur) FILTER (WHERE is_active))::DOUBLE                 AS most_fees
FROM companies
"""
_TO_CORRECT = """
WITH by_column AS (
    SELECT source,
           severity = 'critical' AS whole_row,
           column_name,
           count(*) AS refused
    FROM rejected_rows
    WHERE severity = 'critical' OR (severity = 'warning' AND column_name IS NOT NULL)
    GROUP BY ALL
)
SELECT title,
       coalesce(sum(refused) FILTER (WHERE whole_row), 0),
       coalesce(sum(refused) FILTER (WHERE NOT whole_row), 0),
       string_agg(column_name || ' ' || refused, ', ' ORDER BY refused DESC, column_name)
           FILTER (WHERE NOT whole_row)
FROM by_column
JOIN sources USING (source)
GROUP BY title, priority
ORDER BY priority
"""
_DECIDED = """
SELECT count(*) FILTER (outcome IN ('followed', 'against_siren'))      AS followed,
       count(*) FILTER (outcome IN ('contradicted', 'two_sirens'))     AS refused,
       count(*) FILTER (outcome = 'gone')                              AS waiting
FROM decisions
"""
# What these stages warn of is counted, cell by cell, under what is to be done.
_TOLD_ELSEWHERE = frozenset({"standardise"})


def summary(outcome: Outcome) -> str:
    """French lines: what was read, what came out, what needs a person, and where everything lies."""
    with connect(outcome.warehouse, read_only=True) as con:
        blocks = [
            ["Fusion terminée : l'entrepôt est publié."],
            _block("Exports lus", sources_lines(con)),
            _since(con, outcome.run_id),
            _block("Entreprises", companies_lines(con)),
            _block("À faire", _to_do(con)),
            _block("À savoir", _to_know(con, outcome)),
            _block("Où trouver les résultats", _places(outcome)),
        ]
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _block(title: str, lines: list[str]) -> list[str]:
    return [title, *(f"  - {line}" for line in lines)] if lines else []


def _since(con: duckdb.DuckDBPyConnection, run_id: str) -> list[str]:
    found = since_last(con, run_id)
    return _block(f"Depuis la dernière publication ({day_text(found[0])})", found[1]) if found else []


def sources_lines(con: duckdb.DuckDBPyConnection) -> list[str]:
    """What was read of each source, a line each."""
    rows = con.execute(
        "SELECT title, file, export_date, records, rows_ignored, rows_rejected FROM sources ORDER BY priority"
    ).fetchall()
    return [
        f"{title} : {plural(records, 'fiche', 'fiches')} de {file}"
        + (f", export du {date:%d/%m/%Y}" if date else ", sans date d'export")
        + (f", {plural(ignored, 'ligne ignorée', 'lignes ignorées')} (vides, totaux)" if ignored else "")
        + (f", {plural(rejected, 'ligne refusée', 'lignes refusées')}" if rejected else "")
        for title, file, date, records, ignored, rejected in rows
    ]


def companies_lines(con: duckdb.DuckDBPyConnection) -> list[str]:
    """The headline figures of the published companies."""
    figures = _one(con, _FIGURES)
    return [
        f"{plural(figures['known'], 'entreprise', 'entreprises')}, dont {number(figures['active'])} "
        f"avec une adhésion active ; {number(figures['merged'])} réunissent plusieurs fiches",
        f"{plural(figures['jobs'], 'emploi', 'emplois')} (effectif inconnu pour "
        f"{plural(figures['without_jobs'], 'entreprise', 'entreprises')}{_largest(figures, 'jobs')})",
        f"{number(figures['turnover'] / 1e6)} M€ de chiffre d'affaires (inconnu pour "
        f"{plural(figures['without_turnover'], 'entreprise', 'entreprises')}{_largest(figures, 'turnover')})",
        f"{number(figures['fees'])} € de cotisations{_largest(figures, 'fees')}",
    ]


def _largest(figures: dict[str, Any], total: str) -> str:
    """The share of the largest contributor, because one company may weigh as much as all others."""
    if not figures[total]:
        return ""
    return f" ; la plus grande en pèse {percent(figures[f'most_{total}'] / figures[total])}"


def _to_do(con: duckdb.DuckDBPyConnection) -> list[str]:
    review = _one(con, "SELECT count(*) AS pairs FROM review_queue")["pairs"]
    lines = [f"{plural(review, 'paire de fiches', 'paires de fiches')} à juger (alliage decide --queue)"] * (
        review > 0
    )
    for title, rows, cells, columns in con.execute(_TO_CORRECT).fetchall():
        parts = [plural(rows, "fiche refusée", "fiches refusées")] * (rows > 0)
        parts += [f"{plural(cells, 'cellule refusée', 'cellules refusées')} ({columns})"] * (cells > 0)
        lines.append(f"{title}, à corriger : {' et '.join(parts)}")
    return lines


def _to_know(con: duckdb.DuckDBPyConnection, outcome: Outcome) -> list[str]:
    titles = dict(con.execute("SELECT source, title FROM sources").fetchall())
    reports = [timed.report for timed in outcome.stages if timed.report.stage not in _TOLD_ELSEWHERE]
    remarks: list[Remark] = [*outcome.remarks, *(remark for report in reports for remark in report.remarks)]
    warnings = [remark for remark in remarks if remark.level == "warning"]
    taken = outcome.stage("intake").counts["corrections"]
    return [
        *[f"{plural(taken, 'correction prise', 'corrections prises')} en compte"] * (taken > 0),
        *(remark.text for remark in remarks if remark.text.startswith(TOLD_AS)),
        *_decisions(con),
        *(
            f"{titles.get(remark.source, remark.source)} : {remark.text}" if remark.source else remark.text
            for remark in warnings
        ),
    ]


def _decisions(con: duckdb.DuckDBPyConnection) -> list[str]:
    """What became of the decisions that count, one line."""
    told = _one(con, _DECIDED)
    if not any(told.values()):
        return []
    waiting = plural(told["waiting"], "en attente d'une fiche absente", "en attente d'une fiche absente")
    refused = plural(told["refused"], "non suivie", "non suivies")
    followed = plural(told["followed"], "décision suivie", "décisions suivies")
    parts = [followed, *[refused] * (told["refused"] > 0), *[waiting] * (told["waiting"] > 0)]
    return [f"{', '.join(parts)} (alliage decide --list)"]


def _places(outcome: Outcome) -> list[str]:
    lines = [f"entrepôt : {outcome.warehouse}"]
    if any(timed.report.stage == "report" for timed in outcome.stages):
        page, document = beside.report_page(outcome.warehouse), beside.report_document(outcome.warehouse)
        lines.append(f"rapport : {page} (à imprimer : {document.name})")
    workbooks = sorted(beside.rejects(outcome.warehouse).glob(f"*{beside.WORKBOOK}"))
    lines += [f"à corriger : {path}" for path in workbooks]
    return [*lines, f"contacts (données personnelles) : {beside.contacts(outcome.warehouse)}"]


def _one(con: duckdb.DuckDBPyConnection, query: str) -> dict[str, Any]:
    rows = con.execute(query)
    names = [column[0] for column in rows.description or ()]
    ((*values,),) = rows.fetchall()
    return dict(zip(names, values, strict=True))
