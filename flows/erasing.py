"""Erasing a person: everywhere that Alliage reads or writes, for ever, whatever interrupts it.

What is to be done is put down first, as hashes (`.erasure-pending.json` in the state folder), then done place
by place. Each place can be done again: what is found there is found by the hashes. So an erasure that was cut
short is completed by whoever holds the locks next, or says what is in its way.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from flows import lock, scratch
from flows.erasing_cleaners import clean_place
from flows.erasing_places import Place, places_of
from flows.erasing_progress import LeftPlaces, Progress, unfinished, write_receipt
from flows.erasing_task import Task
from flows.holdings import Holding, counted, look_into
from flows.people import Subject, asked, subject
from flows.people_rows import rows_of
from flows.resealing import damaged_parts, retell_inputs, seal
from flows.settings import settings
from transforms.errors import InputError
from transforms.report import Remark
from transforms.sources.contract import Contract, load_contracts
from transforms.suppression import log
from transforms.suppression.log import Pending
from transforms.suppression.matcher import PASSING_KEY, Matcher
from transforms.warehouse import beside, files, modes
from transforms.warehouse.files import machine_errors
from transforms.warehouse.register import read_fingerprint_key
from transforms.warehouse.swap import sweep
from transforms.warehouse.target import check_target
from transforms.wording import plural


class Installation(BaseModel):
    """Where an installation keeps what it knows, and more files to look at."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    raw: Path
    warehouse: Path
    state: Path
    prefect_home: Path
    also: tuple[Path, ...] = ()

    def places(self) -> list[Place]:
        """Every file that may hold a person."""
        return list(
            places_of(self.raw, self.warehouse, self.state, self.prefect_home, self.also, contracts())
        )


class Erased(BaseModel):
    """What an erasure did, or would do; members apart, nothing of the data.

    Attributes:
        erasure_id: None where nothing was erased.
        members: rows that are the person's, « source:number ».
        values: by kind of place, in the unit of `holdings.Holding`.
        files: the files that hold them, by kind of place; told before an erasure only.
        by_hand: files that hold the person and that Alliage cannot write.
        held: files that could not be cleaned because somebody else uses them.
        unseen: what Alliage could not look into: nothing is known of it.
        unclear: members whose row names several persons and does not tell whose an address or telephone is.
        companies: members whose company's name names the person.
        homonyms: rows of other members that name somebody of the same name, and stay.
        receipt: the file that proves it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    erasure_id: str | None = None
    members: tuple[str, ...] = ()
    values: dict[str, int] = {}
    files: dict[str, tuple[Path, ...]] = {}
    by_hand: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()
    companies: tuple[str, ...] = ()
    homonyms: int = 0
    receipt: Path | None = None
    remarks: tuple[Remark, ...] = ()


def contracts() -> tuple[Contract, ...]:
    """The contracts of this installation."""
    return load_contracts(settings().contracts)


def look(where: Installation, query: str, *, keeps_names: bool = False) -> tuple[Subject, Erased]:
    """Whom `query` is about, and what erasing would change; nothing is written.

    Raises:
        LockError: a run is going on.
        MachineError: a file cannot be read.
    """
    with lock.looking(where.warehouse, where.state), machine_errors(where.warehouse):
        found = subject_of(where, query)
        key = read_fingerprint_key(where.state) or PASSING_KEY
        task = Task.about(found, key, keeps_names=keeps_names)
        places = where.places() if task.matcher else []
        holdings, _ = look_into(places, task)
        left = LeftPlaces()
        for place in places:
            left.add(place, clean_place(place, task).left)
    return found, Erased(
        members=tuple(sorted(found.identity.members)),
        values=counted(holdings),
        files=_files(holdings),
        **left.told(),
        unclear=found.unclear,
        companies=_named_by(found, task.matcher),
        homonyms=found.homonyms,
    )


def erase(where: Installation, query: str, *, keeps_names: bool = False) -> Erased:
    """Erase the person, or the contacts of the member, that `query` is about, and refuse them from now on.

    Raises:
        InputError: one word is no person, the warehouse's path is taken, or the list of erasures is damaged.
        LockError: a run is going on.
        MachineError: disk full, no permission; the next start goes on with it.
    """
    remarks = check_target(where.warehouse)
    with _locked(where):
        remarks += sweep(where.warehouse, where.state) + complete(where.state)
        found = subject_of(where, query)
        _require_a_person(found)
        key = log.ensure_key(where.state)
        task = Task.about(found, key, keeps_names=keeps_names)
        holdings, _ = look_into(where.places() if task.matcher else (), task)
        if not task.matcher or (not found.rows and not _stands_anywhere(where, task)):
            return Erased(remarks=remarks)
        pending = Pending(
            erasure=log.new_erasure(key, tuple(task.matcher.entries), keeps_names=keeps_names),
            members=task.members,
            fingerprints=task.fingerprints,
            own_fingerprints=task.own_fingerprints,
            damaged=damaged_parts(where.warehouse),
            values=counted(holdings),
            **where.model_dump(exclude={"state"}),
        )
        log.write_pending(where.state, pending)
        done = _carry_out(where.state, pending)
    told = {
        "members": tuple(sorted(found.identity.members)),
        "homonyms": found.homonyms,
        "unclear": found.unclear,
    }
    return done.model_copy(update={**told, "remarks": remarks + done.remarks})


def _require_a_person(found: Subject) -> None:
    """A surname alone would erase everybody who bears it, for ever."""
    if found.rows and not found.is_member and len(found.question.name) == 1:
        raise InputError(
            "Un seul mot ne désigne pas une personne : rien n'est effacé.",
            found=f"{plural(len(found.identity.members), 'adhérent a', 'adhérents ont')} un tel contact",
            expected="prénom et nom, un courriel, un téléphone, ou un numéro d'adhérent",
            next_step="voir qui porte ce nom par alliage access, puis relancer plus précisément",
        )


def complete(state: Path) -> tuple[Remark, ...]:
    """Go on with an erasure that was interrupted, if there is one; the caller holds both locks.

    Returns:
        What to tell: that it is complete, or what is in its way.
    """
    pending = log.read_pending(state)
    if pending is None:
        return ()
    done = _carry_out(state, pending)
    if done.receipt is None:
        return done.remarks
    text = f"L'effacement {done.erasure_id}, interrompu, a été terminé ; reçu : {done.receipt}"
    return (Remark(level="warning", text=text), *done.remarks)


def complete_at_start(warehouse: Path, state: Path) -> tuple[Remark, ...]:
    """The same for a program that holds no locks yet.

    Raises:
        LockError: a run is going on; it has completed the erasure, or will be told.
        MachineError: disk full, no permission.
    """
    if not (state / log.PENDING).exists():
        return ()
    with lock.held(warehouse), lock.held_state(state), machine_errors(warehouse), modes.owner_only():
        return sweep(warehouse, state) + complete(state)


@contextmanager
def _locked(where: Installation) -> Iterator[None]:
    with (
        lock.held(where.warehouse),
        lock.held_state(where.state),
        machine_errors(where.warehouse),
        modes.owner_only(),
    ):
        yield


def subject_of(where: Installation, query: str) -> Subject:
    """Whom `query` is about."""
    return subject(asked(query), rows_of(where.raw, where.warehouse, contracts()))


def _stands_anywhere(where: Installation, task: Task) -> bool:
    """Whether somebody who is nobody's contact stands in any file; a slip of the pen does not."""
    cleaned = (clean_place(place, task) for place in where.places())
    return any(one.cells or one.left == "by_hand" for one in cleaned)


def _files(holdings: Iterable[Holding]) -> dict[str, tuple[Path, ...]]:
    """The files that hold something personal, by kind of place."""
    found: dict[str, dict[Path, None]] = {}
    for one in holdings:
        if one.personal:
            found.setdefault(one.kind, {})[Path(one.file)] = None
    return {kind: tuple(paths) for kind, paths in found.items()}


def _carry_out(state: Path, pending: Pending) -> Erased:
    """Do all that is put down, from the beginning: what is done already is found to be done."""
    key = log.ensure_key(state)
    log.add_erasure(state, pending.erasure)
    where = Installation(
        state=state, **pending.model_dump(include={"raw", "warehouse", "prefect_home", "also"})
    )
    matcher = Matcher(key, frozenset(pending.erasure.entries), pending.erasure.keeps_names)
    task = Task(matcher, pending.members, pending.fingerprints, pending.own_fingerprints)
    progress = Progress(state, pending, task.elsewhere.cut)
    task = replace(task, noting=progress.note)
    for leftover in [*beside.builds(where.warehouse), *scratch.abandoned()]:
        files.remove(leftover)
    left = LeftPlaces()
    for place in where.places():
        cleaned = clean_place(place, task)
        left.add(place, cleaned.left)
    retell_inputs(state, progress.pending.rewritten)
    seal(where.warehouse, progress.pending)
    erasure_id = pending.erasure.erasure_id
    done = Erased(erasure_id=erasure_id, values=pending.values, **left.told())
    if done.by_hand or done.held:
        return done.model_copy(update={"remarks": tuple(unfinished(erasure_id, done.by_hand, done.held))})
    receipt = write_receipt(state, progress.pending, done.unseen)
    log.end_pending(state)
    return done.model_copy(update={"receipt": receipt})


def _named_by(found: Subject, matcher: Matcher) -> tuple[str, ...]:
    """The members whose company's name names the person."""
    return tuple(
        sorted(
            {
                row.member
                for row in found.rows
                if any(
                    matcher.holds(row.cells.get(field, ""), row.member) for field in ("name", "trade_name")
                )
            }
        )
    )
