"""Files of decisions that somebody dropped beside the exports: each line is taken exactly once.

What was taken is kept in `decision_files.jsonl` of the state folder, by fingerprints of files and lines. So a
file may stay where it is, be added to and dropped again, and a decision that was taken back since does not
return with it. A line that was refused is tried again by the next run, and told until it can be taken.
"""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from flows import published
from flows.decide import Decided, decide_lines
from flows.decision_changes import without_changed
from flows.decision_file import Line, read_decision_file
from transforms.errors import AlliageError, InputError
from transforms.matching.decisions.proposals import record_text
from transforms.report import Remark
from transforms.sources.files import LOCKS
from transforms.stewards import journal
from transforms.stewards.words import Moment, Name, visible
from transforms.warehouse.files import machine_errors
from transforms.wording import plural

FOLDER = "decisions"
"""The folder for files of decisions, beside those of the sources."""
LEDGER = "decision_files.jsonl"
_SUFFIXES = frozenset({".xlsx", ".xlsm", ".xls", ".ods", ".csv", ".jsonl", ".ndjson"})
_SHOWN = 5


class TakenFile(BaseModel):
    """A file that decisions were taken from: its fingerprint, and those of the lines taken.

    `steward` and `reason` are those of the lines without their own, where a form gave them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    sha256: Name
    file: Name
    taken_at: Moment
    lines: tuple[str, ...]
    refused: int = 0
    steward: str | None = None
    reason: str | None = None


KIND = journal.Kind(
    file=LEDGER,
    model=TakenFile,
    letter="F",
    id_of=lambda taken: taken.sha256,
    stands_for=lambda taken: taken.sha256,
    of="des fichiers de décisions",
    one="un fichier",
    another="un autre fichier",
)


class Dropped(BaseModel):
    """What became of one dropped file: its decisions, or why it could not be read."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    file: str
    decided: Decided | None = None
    problem: AlliageError | None = None

    @property
    def refused(self) -> bool:
        """Whether somebody has to do something about it."""
        return self.problem is not None or bool(self.decided and self.decided.counts["refused"])


def take_dropped(raw: Path, warehouse: Path, state: Path) -> tuple[Dropped, ...]:
    """Record what is new in the files of `raw`/decisions; what became of each file that holds anything new.

    The state folder is taken to be that of the warehouse.

    Raises:
        InputError: the log, or the list of files that were taken, is damaged.
        LockError, MachineError: one of them cannot be written.
    """
    return tuple(found for path in _shown(raw) if (found := _taken(path, warehouse, state)))


def taken_files(raw: Path, state: Path) -> list[Path]:
    """The files of `raw`/decisions of which every line was taken: nothing is lost with them.

    Raises:
        InputError: the list of files that were taken is damaged.
        LockError, MachineError: it, or one of them, cannot be read.
    """
    done = {one.sha256 for one in journal.read(state, KIND).words if not one.refused}
    return [path for path in _shown(raw) if _sha256(path) in done] if done else []


def _shown(raw: Path) -> list[Path]:
    folder = raw / FOLDER
    files = sorted(path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []
    return [path for path in files if not path.name.startswith((*LOCKS, "."))]


def remember(
    path: Path, decided: Decided, *, steward: str | None, reason: str | None, warehouse: Path, state: Path
) -> None:
    """Note that a dropped file was taken on request, so that the next run does not take it again.

    Args:
        path: the file.
        decided: what became of its lines.
        steward: who decided where a line does not say so.
        reason: why, where a line does not say so.
        warehouse: the published file.
        state: the folder of the log.

    Raises:
        InputError, LockError, MachineError: as `take_dropped`.
    """
    lines = read_decision_file(path, steward, reason, published.known_records(warehouse, state).meant)
    sha256 = _sha256(path)
    with journal.opened(state, KIND) as (descriptor, place):
        ledger = journal.Writer(KIND, descriptor, place)
        entry = _entry(path, sha256, lines, decided, ledger.content.words)
        ledger.append([entry.model_copy(update={"steward": steward, "reason": reason})])


def remarks(dropped: Sequence[Dropped]) -> tuple[Remark, ...]:
    """What people should know of dropped files (French)."""
    return tuple(remark for one in dropped for remark in _told(one))


def _taken(path: Path, warehouse: Path, state: Path) -> Dropped | None:
    if path.suffix.lower() not in _SUFFIXES:
        return Dropped(file=path.name, problem=_no_list(path))
    sha256 = _sha256(path)
    known = published.known_records(warehouse, state)
    # One run at a time, and whoever drops a file of the same lines meanwhile waits.
    with journal.opened(state, KIND) as (descriptor, place):
        ledger = journal.Writer(KIND, descriptor, place)
        taken = {line for one in ledger.content.words for line in one.lines}
        before = next((one for one in ledger.content.words if one.sha256 == sha256), None)
        if before and not before.refused:
            return None
        given = (before.steward, before.reason) if before else (None, None)
        try:
            lines = read_decision_file(path, *given, known.meant)
        except InputError as error:
            return Dropped(file=path.name, problem=error)
        new = [line for line in lines if not (line.proposal and line_print(line) in taken)]
        if not any(line.proposal or line.problem for line in new):
            return None
        decided = decide_lines(without_changed(new, warehouse), known, state)
        entry = _entry(path, sha256, new, decided, ledger.content.words)
        ledger.append([entry.model_copy(update=dict(zip(("steward", "reason"), given, strict=True)))])
    return Dropped(file=path.name, decided=decided)


def _entry(
    path: Path, sha256: str, lines: Sequence[Line], decided: Decided, before: Sequence[TakenFile]
) -> TakenFile:
    settled = {one.line for one in decided.results if one.status != "refused"}
    prints = [line_print(line) for line in lines if line.proposal and line.number in settled]
    # Of one fingerprint the last word counts, so it holds all that was taken before.
    earlier = [line for one in before if one.sha256 == sha256 for line in one.lines]
    return TakenFile(
        sha256=sha256,
        file=path.name,
        taken_at=datetime.now(UTC).replace(microsecond=0),
        lines=tuple(dict.fromkeys([*earlier, *prints])),
        refused=decided.counts["refused"],
    )


def _sha256(path: Path) -> str:
    with machine_errors(path):
        return hashlib.sha256(path.read_bytes()).hexdigest()


def line_print(line: Line) -> str:
    """Sixteen hexadecimal digits of what the line says, wherever in the file it stands."""
    said = line.proposal
    assert said is not None
    parts = [
        *map(record_text, said.pair),
        said.verdict,
        said.steward,
        said.reason or "",
        str(said.decided_at),
    ]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


def _told(dropped: Dropped) -> Iterator[Remark]:
    name = f"« {visible(dropped.file)[:80]} »"
    if dropped.problem is not None:
        told = _sentences(dropped.problem)
        yield Remark(level="warning", text=f"Fichier de décisions {name} refusé, rien n'en est pris : {told}")
        return
    assert dropped.decided is not None
    counts = dropped.decided.counts
    taken = plural(counts["recorded"], "décision enregistrée", "décisions enregistrées")
    known = f", {counts['known']} déjà en vigueur" if counts["known"] else ""
    yield Remark(text=f"Fichier de décisions {name} : {taken}{known}.")
    refused = [one for one in dropped.decided.results if one.status == "refused"]
    for one in refused[:_SHOWN]:
        problem = one.problem or {}
        told = " ".join(part for part in (problem.get("what"), _to_do(problem.get("next_step"))) if part)
        ends = f" ({one.left} et {one.right})" if one.left else ""
        yield Remark(level="warning", text=visible(f"{name}, ligne {one.line}{ends} refusée : {told}"))
    if len(refused) > _SHOWN:
        more = f"… et {len(refused) - _SHOWN} autres lignes refusées dans {name}."
        yield Remark(level="warning", text=more)


def _sentences(error: AlliageError) -> str:
    found = f" Trouvé : {error.found}." if error.found else ""
    return visible(f"{error.what}{found} {_to_do(error.next_step)}")


def _to_do(step: str | None) -> str:
    return f"À faire : {step}." if step else ""


def _no_list(path: Path) -> InputError:
    return InputError(
        "Ce n'est pas une liste de décisions.",
        found=f"un fichier {path.suffix or 'sans extension'}",
        expected="un fichier .xlsx, .csv ou .jsonl",
        next_step="l'ôter du dossier decisions, ou l'enregistrer dans un de ces formats",
    )
