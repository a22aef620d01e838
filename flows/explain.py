"""Why records are one company or not, from the published warehouse: asked and drawn."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from flows import evidence, name_words, published
from flows.company_name import id_of_name
from flows.conclusion import conclusion
from flows.faces import faces
from flows.fate import saying
from transforms.errors import InputError, Where
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
from transforms.warehouse.reading import opened

_OUTSIDE = 5


def explain(what: Sequence[str], warehouse: Path) -> CompanyExplanation | PairExplanation:
    """Explain a company (its id, perhaps a retired one, its name, or one of its records), or two of them.

    Raises:
        InputError: unknown, or neither one nor two of them; no warehouse.
        MachineError: the warehouse cannot be read.
    """
    if len(what) > 2:
        raise InputError(
            "Il y a trop de choses à expliquer à la fois.",
            found=f"{len(what)} mots",
            expected="une entreprise, ou deux fiches",
            next_step="mettre entre guillemets un nom de plusieurs mots ; voir alliage explain --help",
        )
    with opened(warehouse) as con:
        what = [_by_name(con, text) for text in what]
        for text in what:
            if not published.is_company_id(text):
                published.company_of(con, text)
        if len(what) == 2:
            return _pair(con, *published.two_records(con, *what))
        if published.is_company_id(what[0]):
            return _company(con, published.company(con, what[0]))
        record = published.meant(con, published.as_record(what[0]))
        company_id = published.company_of_record(con, record)
        return _company(con, published.Company(company_id, record_text(record)))


def _by_name(con: duckdb.DuckDBPyConnection, text: str) -> str:
    """What is neither an id nor a record is taken for a name."""
    return text if published.is_company_id(text) or ":" in text else id_of_name(con, text)


def draw(found: CompanyExplanation | PairExplanation, path: Path) -> Path:
    """Write the waterfall of the pair; of a company, its weakest link, else the nearest pair outside.

    Returns:
        Where the drawing lies.

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
    link, caption = _drawn(found)
    if link is None:
        raise InputError(
            "Il n'y a pas de poids à dessiner.",
            found="aucune paire gardée",
            expected="deux fiches qui ont été comparées",
            next_step="nommer deux fiches qui ont été comparées, ou se passer de --svg",
        )
    place = path.resolve()
    if not place.parent.is_dir():
        raise InputError(
            "Le dossier du dessin n'existe pas.",
            where=Where(file=str(place)),
            found=f"aucun dossier {place.parent}",
            expected="un dossier qui existe",
            next_step="créer ce dossier, ou donner un autre chemin à --svg",
        )
    with machine_errors(place):
        write_text(place, waterfall_svg(link, caption))
    return place


def _drawn(found: CompanyExplanation | PairExplanation) -> tuple[Link | None, str]:
    """The pair to be drawn, and what it is about."""
    if isinstance(found, PairExplanation):
        return found.link, found.conclusion
    name = f"{found.company_id}, {found.name}" if found.name else found.company_id
    if found.weakest:
        return found.weakest, f"Le lien le plus faible qui tient {name}"
    return next(iter(found.outside), None), f"La paire la plus proche laissée hors de {name}"


def _pair(con: duckdb.DuckDBPyConnection, left: Record, right: Record) -> PairExplanation:
    companies = [published.company_of_record(con, record) for record in (left, right)]
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
        conclusion=conclusion(con, companies, link, decisions, way),
        link=link and name_words.told(con, link),
        decisions=decisions,
        path=tuple(map(record_text, way)) if len(way) > 2 else (),
        faces=tuple(faces(con, keys)[key] for key in keys),
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
    held_by = [one for one in saying(decisions, "same") if evidence.ends_of(one) in tree]
    return CompanyExplanation(
        company_id=company.company_id,
        asked=company.asked,
        retired=company.retired,
        name=None if sole_trader else name,
        confidence=confidence,
        members=tuple(_member(row, inside, decisions) for row in rows),
        weakest=weakest[-1] if weakest else None,
        held_by=tuple(held_by),
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
        decisions=tuple(one.decision_id for one in saying(decisions, "same") if key in (one.left, one.right)),
    )
