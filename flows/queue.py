"""The pairs that wait for a person, as stewards judge them: who, where, how likely, for what reasons."""

from pathlib import Path

import duckdb
from pydantic import BaseModel, ConfigDict

from flows import evidence, published
from flows.belonging import require_own_state
from flows.faces import named
from transforms.matching.decisions.log import read_log
from transforms.matching.explanation import Link, Step, percent_text
from transforms.stewards.words import visible
from transforms.warehouse.reading import opened
from transforms.wording import plural

_SHOWN = 20
_PRIOR = "prior"
# What a run knew as taken back it did not go by.
_COUNTED = "SELECT decision_id FROM decisions WHERE revoked_at IS NULL"
_QUEUE = """
SELECT left_source, left_member_id, right_source, right_member_id
FROM review_queue
ORDER BY priority DESC, left_source, left_member_id, right_source, right_member_id
"""


class Queue(BaseModel):
    """The pairs to judge, the one first whose judgement is worth most; `decided` those judged since.

    What it is worth is told in `matching.priorities`; since means since the published run.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    warehouse: Path
    pairs: tuple[Link, ...]
    decided: int
    file: Path | None = None


def read_queue(warehouse: Path, state: Path) -> Queue:
    """The pairs that the published run asks a person to judge, without those judged since.

    Raises:
        InputError: no warehouse of ours, a state folder that is not its own, a damaged log.
    """
    require_own_state(warehouse, state)
    with opened(warehouse) as con:
        links = _links(con)
        counted = {one for (one,) in con.execute(_COUNTED).fetchall()}
    standing = published.known_records(warehouse, state).standing(read_log(state).decisions)
    waiting = [
        link for link in links if not standing.settles(evidence.pair_of(link.left, link.right), counted)
    ]
    return Queue(warehouse=warehouse.resolve(), pairs=tuple(waiting), decided=len(links) - len(waiting))


def queue_text(queue: Queue) -> str:
    """French lines: each pair with its reasons in words, and how to judge it."""
    total = plural(len(queue.pairs), "paire à juger", "paires à juger")
    decided = plural(queue.decided, "paire jugée", "paires jugées")
    since = f" ; {decided} depuis la dernière fusion" if queue.decided else ""
    if queue.file:
        return (
            f"{total}{since}.\nFichier écrit : {queue.file}\nRemplir la colonne verdict, puis : "
            f"alliage review import {queue.file} --steward st-1\nOu mettre son pseudonyme sur chaque "
            "ligne et déposer le fichier dans le dossier decisions des exports : la fusion suivante le prend."
        )
    if not queue.pairs:
        return f"Aucune paire à juger{since}."
    lines = [f"{total}, celle qui compte le plus d'abord{since}"]
    for number, link in enumerate(queue.pairs[:_SHOWN], 1):
        lines += ["", *map(_visible, _pair_lines(number, link))]
    if len(queue.pairs) > _SHOWN:
        lines += [
            "",
            f"… et {plural(len(queue.pairs) - _SHOWN, 'autre', 'autres')} ; --out les donne toutes.",
        ]
    return "\n".join(
        [
            *lines,
            "",
            "Pour juger une paire : alliage decide same|different|unsure FICHE FICHE --steward st-1",
            "Pour les juger dans un tableur : alliage review export à-juger.xlsx",
        ]
    )


def reasons(link: Link) -> tuple[list[str], list[str]]:
    """What speaks for one company and what against it, the heaviest first, in words."""
    told = [step for step in link.steps if step.signal != _PRIOR]
    return [_reason(step) for step in told if step.weight > 0], [
        _reason(step) for step in told if step.weight < 0
    ]


def _links(con: duckdb.DuckDBPyConnection) -> list[Link]:
    order = con.execute(_QUEUE).fetchall()
    keys = sorted({f"{row[at]}:{row[at + 1]}" for row in order for at in (0, 2)})
    found = evidence.links(con, keys, "queued")
    return [
        found[(left_source, left), (right_source, right)] for left_source, left, right_source, right in order
    ]


def _pair_lines(number: int, link: Link) -> list[str]:
    left, right = (f"{face.record}, {named(face)}" for face in link.faces)
    sides = zip(("pour", "contre"), reasons(link), strict=True)
    return [
        f"{number}. {left}",
        f"   et {right} : {percent_text(link.probability)}",
        *[f"   parce que : {link.cause}"] * (link.cause is not None),
        *(f"   {side} : {' ; '.join(said)}" for side, said in sides if said),
    ]


def _reason(step: Step) -> str:
    return f"{step.label}, {step.finding}"


def _visible(line: str) -> str:
    """`line` without signs that steer a terminal; its indent stays."""
    return " " * (len(line) - len(line.lstrip(" "))) + visible(line)
