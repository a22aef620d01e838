"""A file of decisions that stewards have filled in: what each line says, or what is wrong with it."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from flows.decision_rows import ENDS, FINGERPRINT, NEEDED, REVOKED, Row, decision_rows
from transforms.errors import InputError, Where
from transforms.matching import labels
from transforms.matching.decisions.decision import Pair, Record
from transforms.matching.decisions.proposals import Proposal
from transforms.stewards.words import moment, visible
from transforms.wording import plural

_SHOWN = 5


@dataclass(frozen=True)
class Line:
    """One line of the file: its number, and the proposal on it or what is wrong with it.

    Neither is there where nobody has judged the pair yet. `ends` are its records, None if it names none;
    `fingerprint` is that of what the workbook showed of them, None of other files.
    """

    number: int
    proposal: Proposal | None = None
    problem: InputError | None = None
    ends: Pair | None = None
    fingerprint: str | None = None


def read_decision_file(
    path: Path,
    steward: str | None,
    reason: str | None = None,
    meant: Callable[[Record], Record] = lambda record: record,
) -> list[Line]:
    """The decisions in a file; its columns have the names that they have in the log.

    Args:
        path: CSV, JSON lines or a workbook, with columns as `decision_rows` wants them.
        steward: who decided where a line does not say so.
        reason: why, where a line does not say so.
        meant: the record that the two parts of its name stand for.

    Raises:
        InputError: the file cannot be read, lacks a column, holds no decision, or does not say who decided.
    """
    rows = list(decision_rows(path))
    _require_stewards(path, rows, steward)
    given = {"steward": steward or "", "reason": reason or ""}
    lines = [_line(number, row, given, meant) for number, row in rows]
    if any(line.proposal or line.problem for line in lines):
        return _without_conflicts(lines)
    raise InputError(
        "Ce fichier ne contient aucune décision.",
        where=Where(file=path.name),
        found=plural(len(lines), "ligne sans verdict", "lignes sans verdict")
        if lines
        else "aucune ligne remplie",
        expected=f"une décision par ligne, avec les colonnes {', '.join(NEEDED)}",
        next_step="remplir la colonne verdict" if lines else "vérifier que c'est le bon fichier",
    )


def _require_stewards(path: Path, rows: Sequence[tuple[int, Row | InputError]], steward: str | None) -> None:
    """Refuse the file once, not each of its lines, where nothing says who decided."""
    silent = [
        str(number)
        for number, row in rows
        if not isinstance(row, InputError) and row["verdict"] and not row.get("steward")
    ]
    if steward is not None or not silent:
        return
    more = "…" if len(silent) > _SHOWN else ""
    raise InputError(
        "Qui décide ? Rien n'est enregistré.",
        where=Where(file=path.name),
        found=f"{plural(len(silent), 'décision', 'décisions')} sans pseudonyme "
        f"({'ligne' if len(silent) == 1 else 'lignes'} {', '.join(silent[:_SHOWN])}{more})",
        expected="un pseudonyme : l'option --steward, par exemple --steward st-1, ou la colonne steward",
        next_step="ajouter l'option, ou remplir la colonne",
    )


def _line(number: int, row: Row | InputError, given: Row, meant: Callable[[Record], Record]) -> Line:
    if isinstance(row, InputError):
        return Line(number, problem=row)
    if not any(row.get(name) for name in ("verdict", "reason", REVOKED)):
        return Line(number)
    ends = None
    try:
        left, right = ends = _ends(row, meant)
        proposal = _proposal(row, left, right, given)
        return Line(number, proposal, ends=ends, fingerprint=row.get(FINGERPRINT) or None)
    except InputError as error:
        return Line(number, problem=error, ends=ends)


def _ends(row: Row, meant: Callable[[Record], Record]) -> Pair:
    empty = [name for name in ENDS if not row[name]]
    if empty:
        raise InputError(
            "Il manque une partie des deux fiches.",
            found=f"rien dans {', '.join(empty)}",
            expected="un réseau et un numéro d'adhérent de chaque côté",
            next_step="compléter la ligne",
        )
    left, right = (meant((row[f"{side}_source"], row[f"{side}_member_id"])) for side in ("left", "right"))
    return left, right


def _proposal(row: Row, left: Record, right: Record, given: Row) -> Proposal:
    verdict = labels.verdict_of(row["verdict"])
    if verdict is None:
        raise InputError(
            "Ce verdict n'existe pas.",
            found=f"« {visible(row['verdict'])[:40]} »",
            expected="same, different ou unsure (même entreprise, entreprises différentes, ne sait pas)",
            next_step="corriger le verdict",
        )
    if row.get(REVOKED):
        raise InputError(
            "Cette décision a été retirée.",
            found=f"une date dans {REVOKED}",
            expected="une décision en vigueur",
            next_step="ôter la ligne ; une décision se retire avec alliage decide --revoke",
        )
    decided_at = moment(row["decided_at"]) if row.get("decided_at") else None
    steward, reason = (row.get(name) or given[name] for name in ("steward", "reason"))
    return Proposal.checked(left, right, verdict, steward, reason, decided_at)


def _without_conflicts(lines: Sequence[Line]) -> list[Line]:
    """Refuse all lines that give one pair two verdicts, unless their dates say which is the later."""
    on_pair: defaultdict[Pair, list[Line]] = defaultdict(list)
    for line in lines:
        if line.proposal:
            on_pair[line.proposal.pair].append(line)
    problems = {
        line.number: _two_verdicts(line, beside)
        for beside in on_pair.values()
        if len({one.proposal.verdict for one in beside if one.proposal}) > 1
        and not all(one.proposal.decided_at for one in beside if one.proposal)
        for line in beside
    }
    return [
        replace(line, proposal=None, problem=problems[line.number]) if line.number in problems else line
        for line in lines
    ]


def _two_verdicts(line: Line, beside: Sequence[Line]) -> InputError:
    others = [str(one.number) for one in beside if one is not line]
    return InputError(
        "Ce fichier donne deux verdicts à la même paire.",
        found=f"un autre verdict {'à la ligne' if len(others) == 1 else 'aux lignes'} {', '.join(others)}",
        expected="un verdict par paire, ou une date (decided_at) sur chaque ligne",
        next_step="garder la bonne ligne",
    )
