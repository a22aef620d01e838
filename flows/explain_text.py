"""An explanation told to people in French: the short of it first, then the weights."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from flows.faces import SOLE_TRADER, named
from transforms.matching import labels
from transforms.matching.explanation import (
    CompanyExplanation,
    Face,
    Link,
    MemberReason,
    PairExplanation,
    Said,
    bits_text,
    percent_text,
)
from transforms.stewards.words import visible
from transforms.wording import plural

# Wide enough for any line: one that is folded is hard to read.
_WIDTH = 1000


def as_text(found: CompanyExplanation | PairExplanation) -> str:
    """French lines: the short of it first, then the weights."""
    blocks = _pair_blocks(found) if isinstance(found, PairExplanation) else _company_blocks(found)
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _pair_blocks(found: PairExplanation) -> list[list[str]]:
    head = [visible(f"{found.left} et {found.right}"), *map(_face_line, found.faces)]
    blocks = [head, [visible(found.conclusion)]]
    if found.link is not None:
        blocks.append(_waterfall(found.link))
    return [*blocks, _decision_lines(found.decisions)]


def _company_blocks(found: CompanyExplanation) -> list[list[str]]:
    count = plural(len(found.members), "fiche", "fiches")
    name = found.name or SOLE_TRADER
    head = [visible(f"{found.company_id} : {name} ({count})")]
    if found.retired:
        head.append(f"{found.asked} a été retiré ({found.retired}) ; {found.company_id} le remplace.")
    alone = len(found.members) == 1
    title = "Sa seule fiche" if alone else "Pourquoi ces fiches"
    blocks = [head, [title, *(_member_line(member, alone) for member in found.members)]]
    if found.held_by and not found.weakest:
        held = [f"{one.decision_id} ({one.left} et {one.right})" for one in found.held_by]
        blocks.append([visible(f"Ce qui tient l'entreprise : {_words('décision', held)}.")])
    if found.weakest:
        ends = visible(f"{found.weakest.left} et {found.weakest.right}")
        blocks.append([f"Le lien le plus faible qui tient l'entreprise : {ends}", *_waterfall(found.weakest)])
    if found.outside:
        blocks.append(["Laissées dehors, la plus proche d'abord", *map(_outside_line, found.outside)])
    return [*blocks, _decision_lines(found.decisions)]


def _face_line(face: Face) -> str:
    siren = f", SIREN {face.siren}" if face.siren else ""
    return "  " + visible(f"- {face.record} : {named(face)}{siren}, entreprise {face.company_id}")


def _member_line(member: MemberReason, alone: bool) -> str:
    place = f"{member.record} ({member.source_file}, ligne {member.source_row})"
    best = (
        f"meilleur lien {member.best}, {percent_text(member.probability)}"
        if member.best and member.probability
        else ""
    )
    decided = _words("décision", member.decisions) if member.match_status == "decided" else ""
    without = "aucune autre fiche n'est réunie avec elle" if alone else "par l'intermédiaire d'autres fiches"
    why = ", ".join(part for part in (decided, best) if part) or without
    return "  " + visible(f"- {place} : {why}")


def _outside_line(link: Link) -> str:
    against = min(link.steps, key=lambda step: step.weight)
    why = f" ; surtout contre : {against.label}, {against.finding} ({bits_text(against.weight)})"
    left, right = (f"{face.record}, {named(face)}" for face in link.faces)
    said = f"- {left} et {right} : {percent_text(link.probability)}, {link.told_fate}"
    return "  " + visible(said + (why if against.weight < 0 and against.signal != "prior" else ""))


def _decision_lines(decisions: Sequence[Said]) -> list[str]:
    return ["Décisions", *map(_decision_line, decisions)] if decisions else []


def _decision_line(one: Said) -> str:
    outcome = f" — {labels.outcome(one.outcome, one.against)}" if one.outcome else ""
    reason = f", « {one.reason} »" if one.reason else ""
    day = "/".join(reversed(one.decided_on.split("-")))
    said = f"{labels.verdict(one.verdict)} ({one.steward}, le {day}{reason})"
    return "  " + visible(f"- {one.decision_id}, {one.left} et {one.right} : {said}{outcome}")


def _words(one: str, names: Sequence[str]) -> str:
    return f"{one}{'s' if len(names) > 1 else ''} {', '.join(names)}" if names else ""


def _waterfall(link: Link) -> list[str]:
    table = Table("Signal", "Constat", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("Poids (bits)", "Cumul", "Probabilité"):
        table.add_column(name, justify="right")
    for step in link.steps:
        numbers = (bits_text(step.weight), bits_text(step.total), percent_text(step.probability))
        table.add_row(visible(step.label), visible(step.finding), *numbers)
    console = Console(width=_WIDTH, color_system=None, highlight=False, markup=False, emoji=False)
    with console.capture() as capture:
        console.print(table)
    lines = [line.rstrip() for line in capture.get().splitlines()]
    outcome = f"{percent_text(link.probability)} ({link.told_fate})"
    names = [visible(f"Mots des deux noms ({link.words}).")] if link.words else []
    return [*lines, *names, f"Probabilité d'être la même entreprise : {outcome}."]
