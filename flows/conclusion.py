"""The short of an explanation: why two records are in one company or in two (French)."""

from collections.abc import Iterable, Sequence

import duckdb

from flows import evidence
from flows.fate import decision_words, saying
from transforms.matching.decisions.decision import Record
from transforms.matching.decisions.proposals import record_text
from transforms.matching.explanation import Link, Said


def conclusion(
    con: duckdb.DuckDBPyConnection,
    companies: Sequence[str],
    link: Link | None,
    decisions: Sequence[Said],
    way: Sequence[Record],
) -> str:
    """Why two records are in one company or in two, one sentence.

    Args:
        con: the published file.
        companies: the company of each of the two.
        link: their pair, None if it was not kept.
        decisions: those on this very pair.
        way: the records that lead from the one to the other inside their company.
    """
    if companies[0] == companies[1]:
        return f"Réunies dans {companies[0]} {_together(link, decisions, way)}."
    if apart := saying(decisions, "different"):
        return f"Dans deux entreprises, par {decision_words(apart)}."
    if link and link.queued:
        start = "Dans deux entreprises tant que personne n'a tranché : la paire est à juger"
        return f"{start} ({_opposed(con, companies)})." if link.zone == "match" else f"{start}."
    if unsure := saying(decisions, "unsure"):
        told = decision_words(unsure)
        return f"Dans deux entreprises : {told} dit « ne sait pas », la paire n'est plus à juger."
    if link is None:
        return (
            "Dans deux entreprises. Cette paire n'a pas été gardée : aucune règle n'a proposé de comparer "
            "ces fiches, ou elles se ressemblent trop peu."
        )
    if link.zone == "match":
        return f"Dans deux entreprises, bien que la paire se ressemble : {_opposed(con, companies)}."
    if link.zone == "review":
        return f"Dans deux entreprises : {_opposed(con, companies)}."
    return "Dans deux entreprises : trop de signaux les séparent."


def _together(link: Link | None, decisions: Sequence[Said], way: Iterable[Record]) -> str:
    if same := saying(decisions, "same"):
        return f"par {decision_words(same)}"
    if link and link.zone == "match":
        return "par la machine : leur probabilité suffit et rien ne s'y oppose"
    steps = list(map(record_text, way))
    through = f" : {' → '.join(steps)}" if len(steps) > 2 else ""
    return f"par l'intermédiaire d'autres fiches{through}"


def _opposed(con: duckdb.DuckDBPyConnection, companies: Sequence[str]) -> str:
    """What keeps two companies apart although a pair between them is likely."""
    sirens = con.execute(
        "SELECT count(DISTINCT siren) FROM companies WHERE company_id IN (?, ?)", list(companies)
    ).fetchall()
    if sirens[0][0] == 2:
        return "leurs entreprises portent deux SIREN différents"
    keys = [record_text((row[0], row[1])) for one in companies for row in evidence.members(con, one)]
    apart = saying(evidence.decisions(con, keys, both=True), "different")
    if apart:
        verb = "sépare" if len(apart) == 1 else "séparent"
        return f"{decision_words(apart)} {verb} leurs entreprises"
    return "leurs autres fiches ne se ressemblent pas, ou un réseau aurait un doublon contre sa promesse"
