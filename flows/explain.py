"""Why records are one company or not, from the published warehouse: asked and drawn."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from flows import evidence, published
from transforms.errors import InputError
from transforms.matching import explanation
from transforms.matching.decisions.decision import Pair, Record
from transforms.matching.decisions.proposals import record_text
from transforms.matching.explanation import (
    CompanyExplanation,
    Link,
    MemberReason,
    PairExplanation,
    Said,
)
from transforms.matching.waterfall import waterfall_svg
from transforms.warehouse.files import machine_errors, write_text

_OUTSIDE = 5


def explain(what: Sequence[str], warehouse: Path) -> CompanyExplanation | PairExplanation:
    """Explain a company (its id, perhaps a retired one, or one of its records), or two records.

    Raises:
        InputError: unknown, or neither one nor two of them; no warehouse.
        MachineError: the warehouse cannot be read.
    """
    if len(what) > 2:
        raise InputError(
            "Il y a trop de choses à expliquer à la fois.",
            found=f"{len(what)} mots",
            expected="une entreprise, ou deux fiches",
            next_step="voir alliage explain --help",
        )
    with published.opened(warehouse) as con:
        for text in what:
            if not published.is_company_id(text):
                _company_of(con, published.as_record(text), warehouse)
        if len(what) == 2:
            return _pair(con, *published.two_records(con, *what), warehouse)
        if published.is_company_id(what[0]):
            return _company(con, published.company(con, what[0]))
        company_id = _company_of(con, published.as_record(what[0]), warehouse)
        return _company(con, published.Company(company_id, what[0]))


def draw(found: CompanyExplanation | PairExplanation, path: Path) -> None:
    """Write the waterfall of the pair; of a company, its weakest link, else the nearest pair outside.

    Raises:
        InputError: there is nothing to draw, or the name is not that of a drawing.
        MachineError: the file cannot be written.
    """
    if path.suffix.lower() != ".svg":
        raise InputError(
            "Le dessin est un fichier SVG.",
            found=path.name,
            expected="un nom qui finit par .svg",
            next_step="choisir un autre nom",
        )
    link = (
        found.link
        if isinstance(found, PairExplanation)
        else next(filter(None, [found.weakest, *found.outside]), None)
    )
    if link is None:
        raise InputError(
            "Il n'y a pas de poids à dessiner.",
            found="aucune paire gardée",
            expected="deux fiches qui ont été comparées",
            next_step="relancer sans --svg pour lire l'explication",
        )
    with machine_errors(path):
        write_text(path.resolve(), waterfall_svg(link))


def _company_of(con: duckdb.DuckDBPyConnection, record: Record, warehouse: Path) -> str:
    found = con.execute(
        "SELECT company_id FROM memberships WHERE (source, member_id) = (?, ?)", list(record)
    ).fetchall()
    if found:
        return str(found[0][0])
    raise InputError(
        "Cette fiche n'est pas dans l'entrepôt publié.",
        found=record_text(record),
        expected=published.known_records(warehouse).nearest(record),
        next_step="vérifier le réseau et le numéro d'adhérent",
    )


def _pair(con: duckdb.DuckDBPyConnection, left: Record, right: Record, warehouse: Path) -> PairExplanation:
    companies = [_company_of(con, record, warehouse) for record in (left, right)]
    keys = [record_text(record) for record in (left, right)]
    links = evidence.links(con, keys, "left_asked AND right_asked")
    link = next(iter(links.values()), None)
    decisions = evidence.decisions(con, keys, both=True)
    way = _way(con, companies[0], left, right) if companies[0] == companies[1] else ()
    return PairExplanation(
        left=keys[0],
        right=keys[1],
        left_company=companies[0],
        right_company=companies[1],
        conclusion=_conclusion(con, companies, link, decisions, way),
        link=link,
        decisions=decisions,
        path=tuple(map(record_text, way)) if len(way) > 2 else (),
    )


def _company(con: duckdb.DuckDBPyConnection, company: published.Company) -> CompanyExplanation:
    ((name, sole_trader, confidence),) = con.execute(
        "SELECT name, is_sole_trader, confidence FROM companies WHERE company_id = ?", [company.company_id]
    ).fetchall()
    rows = evidence.members(con, company.company_id)
    members = [(row[0], row[1]) for row in rows]
    keys = list(map(record_text, members))
    inside = evidence.links(con, keys, "left_asked AND right_asked")
    decisions = evidence.decisions(con, keys, both=False)
    same = evidence.decided_same(decisions, set(members))
    tree = explanation.spanning_links(
        members, {pair: link.probability for pair, link in inside.items()}, same
    )
    weakest = [inside[pair] for pair in tree if pair not in same]
    return CompanyExplanation(
        company_id=company.company_id,
        asked=company.asked,
        retired=company.retired,
        name=None if sole_trader else name,
        confidence=confidence,
        members=tuple(_member(row, inside, decisions) for row in rows),
        weakest=weakest[-1] if weakest else None,
        outside=tuple(evidence.links(con, keys, "left_asked <> right_asked", f"LIMIT {_OUTSIDE}").values()),
        decisions=decisions,
    )


def _way(con: duckdb.DuckDBPyConnection, company_id: str, left: Record, right: Record) -> tuple[Record, ...]:
    members = [(row[0], row[1]) for row in evidence.members(con, company_id)]
    keys = list(map(record_text, members))
    links = evidence.links(con, keys, "left_asked AND right_asked")
    same = evidence.decided_same(evidence.decisions(con, keys, both=True), set(members))
    strengths = {pair: link.probability for pair, link in links.items()}
    return explanation.path(explanation.spanning_links(members, strengths, same), left, right)


def _conclusion(
    con: duckdb.DuckDBPyConnection,
    companies: list[str],
    link: Link | None,
    decisions: Sequence[Said],
    way: tuple[Record, ...],
) -> str:
    """The short of it, one French sentence."""
    by_verdict = {one.verdict: one for one in decisions}
    if companies[0] == companies[1]:
        if "same" in by_verdict:
            return f"Réunies dans {companies[0]} par la décision {by_verdict['same'].decision_id}."
        if link and link.zone == "match":
            return (
                f"Réunies dans {companies[0]} par la machine : leur probabilité suffit et rien ne s'y oppose."
            )
        through = f" : {' → '.join(map(record_text, way))}" if len(way) > 2 else ""
        return f"Réunies dans {companies[0]} par l'intermédiaire d'autres fiches{through}."
    if "different" in by_verdict:
        return f"Dans deux entreprises, par la décision {by_verdict['different'].decision_id}."
    if link is None:
        return (
            "Dans deux entreprises. Cette paire n'a pas été gardée : aucune règle n'a proposé de comparer "
            "ces fiches, ou elles se ressemblent trop peu."
        )
    if link.zone == "match":
        return f"Dans deux entreprises, bien que la paire se ressemble : {_opposed(con, companies)}."
    if link.zone == "review":
        return "Dans deux entreprises tant que personne n'a tranché : la paire est à juger."
    return "Dans deux entreprises : trop de signaux les séparent."


def _opposed(con: duckdb.DuckDBPyConnection, companies: list[str]) -> str:
    """What keeps two companies apart that hold a matching pair."""
    sirens = con.execute(
        "SELECT count(DISTINCT siren) FROM companies WHERE company_id IN (?, ?)", companies
    ).fetchall()
    if sirens[0][0] == 2:
        return "leurs entreprises portent deux SIREN différents"
    keys = [record_text((row[0], row[1])) for one in companies for row in evidence.members(con, one)]
    said = evidence.decisions(con, keys, both=True)
    apart = [one.decision_id for one in said if one.verdict == "different"]
    if apart:
        return f"la décision {', '.join(apart)} sépare leurs entreprises"
    return "leurs autres fiches ne se ressemblent pas, ou un réseau aurait un doublon contre sa promesse"


def _member(row: tuple[Any, ...], inside: dict[Pair, Link], decisions: Sequence[Said]) -> MemberReason:
    key = f"{row[0]}:{row[1]}"
    best = next((link for link in inside.values() if key in (link.left, link.right)), None)
    return MemberReason(
        record=key,
        source_file=row[2],
        source_row=row[3],
        match_status=row[4],
        best=None if best is None else best.right if best.left == key else best.left,
        probability=row[5],
        decisions=tuple(one.decision_id for one in decisions if key in (one.left, one.right)),
    )
