"""What a run tells in the Prefect UI: a French report, verdict first, without personal data.

It is made from the reports of the stages, from the build database of the run, and once it has published from
the warehouse.
"""

from pathlib import Path
from typing import Any

from flows import retention
from flows.markdown import MOST_ROWS, blocks, bullets, inert, table, title
from flows.outcome import Outcome
from flows.parameters import MergeParameters
from flows.report_names import without_contacts
from flows.report_sections import seconds_text, stage_sections
from flows.since_last import since_last
from flows.summary import companies_lines, sources_lines
from transforms.errors import AlliageError
from transforms.moments import day_text, moment_text
from transforms.warehouse import beside
from transforms.warehouse.changes import KINDS
from transforms.warehouse.database import connect
from transforms.wording import plural

KIND_TITLES = {
    "joined": ("arrivée", "arrivées"),
    "left": ("partie", "parties"),
    "merged": ("fusionnée dans une autre", "fusionnées dans une autre"),
    "split": ("séparée d'une autre", "séparées d'une autre"),
    "changed": ("modifiée", "modifiées"),
}
_SEALS = {
    "published": "Fusion terminée : l'entrepôt est publié.",
    "refused": "Publication refusée : l'entrepôt en service n'a pas changé.",
    "failed": "La fusion a échoué : l'entrepôt en service n'a pas changé.",
}

_CHANGES = """
SELECT kind, count(DISTINCT company_id)
FROM changes
WHERE run_id = ?
GROUP BY kind
"""
_TOTAL = "SELECT count(*) FROM changes WHERE run_id = ?"
_CHANGED = """
SELECT kind, company_id, name, other_id, field, old_value, new_value
FROM changes
WHERE run_id = ?
ORDER BY list_position(['joined', 'left', 'merged', 'split', 'changed'], kind), company_id, field
"""


def run_report(
    outcome: Outcome, build: Path, error: Exception | None = None, given: MergeParameters | None = None
) -> str:
    """The report of a merge as far as it came (Markdown).

    Args:
        outcome: the run as it ended.
        build: its build database, if it is there.
        error: why it did not publish.
        given: what the run was given, if it is to be told what is kept too long.
    """
    report = blocks(
        title(_SEALS[outcome.verdict], 1),
        error_lines(error) if error else None,
        _run(outcome),
        _published(outcome) if outcome.verdict == "published" else None,
        _figures(outcome) if outcome.verdict == "published" else None,
        *stage_sections(outcome, build),
        retention.section(given.raw, outcome.warehouse, given.state) if given else None,
        _places(outcome),
    )
    return without_contacts(report, build)


def error_lines(error: Exception) -> str:
    """What is wrong, where, what was found and expected, and what to do."""
    if not isinstance(error, AlliageError):
        return f"Erreur inattendue du programme ({type(error).__name__}) : la transmettre aux mainteneurs."
    first, *more = str(error).splitlines()
    return f"**{inert(first)}**\n\n{bullets(inert(line.strip(' -')) for line in more)}"


def changes_section(counts: dict[str, int], rows: list[tuple[Any, ...]], total: int, heading: str) -> str:
    """What happens to companies: counts of each kind, then the first of the changes.

    Args:
        counts: companies by kind.
        rows: kind, company, name, other company, field, old and new value.
        total: how many rows there are.
        heading: the title.
    """
    told = [plural(counts.get(kind, 0), *KIND_TITLES[kind]) for kind in KINDS]
    heads = ("Entreprise", "Nom", "Ce qui change", "Champ ou autre entreprise", "Avant", "Après")
    lines = [
        (company, name, KIND_TITLES[str(kind)][0], field or other, old, new)
        for kind, company, name, other, field, old, new in rows
    ]
    return blocks(
        title(heading),
        f"Entreprises : {', '.join(told)}.",
        table(heads, lines, total) if lines else None,
    ).rstrip()


def _run(outcome: Outcome) -> str:
    seconds = sum(timed.seconds for timed in outcome.stages)
    return bullets(
        [
            f"exécution : {inert(outcome.run_id)}",
            f"début : {inert(moment_text(outcome.started_at))}",
            f"durée des étapes : {seconds_text(seconds)}",
        ]
    )


def _figures(outcome: Outcome) -> str:
    """What was read and what came of it: the first things to check."""
    with connect(outcome.warehouse, read_only=True) as con:
        told = {"Exports lus": sources_lines(con), "Entreprises": companies_lines(con)}
    parts = (f"{title(name)}\n\n{bullets(map(inert, lines))}" for name, lines in told.items())
    return blocks(*parts).rstrip()


def _published(outcome: Outcome) -> str | None:
    with connect(outcome.warehouse, read_only=True) as con:
        since = since_last(con, outcome.run_id)
        if since is None:
            return f"{title('Depuis la dernière publication')}\n\nC'est la première publication."
        counts = dict(con.execute(_CHANGES, [outcome.run_id]).fetchall())
        ((total,),) = con.execute(
            "SELECT count(*) FROM changes WHERE run_id = ?", [outcome.run_id]
        ).fetchall()
        rows = con.execute(f"{_CHANGED} LIMIT {MOST_ROWS}", [outcome.run_id]).fetchall()
    heading = f"Depuis la dernière publication ({day_text(since[0])})"
    return f"{changes_section(counts, rows, total, heading)}\n\n{bullets(map(inert, since[1]))}"


def _places(outcome: Outcome) -> str:
    warehouse = outcome.warehouse
    found = {
        "entrepôt": [warehouse],
        "rapport illustré": [beside.report_page(warehouse)],
        "à corriger": sorted(beside.rejects(warehouse).glob(f"*{beside.WORKBOOK}")),
        "versions conservées": [beside.versions(warehouse)],
    }
    lines = [f"{what} : {inert(path)}" for what, paths in found.items() for path in paths if path.exists()]
    return f"{title('Où trouver les résultats')}\n\n{bullets(lines)}" if lines else ""
