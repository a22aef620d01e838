"""What a merge would change, found out on a copy of the state: nothing of what is in service is written.

All stages run, publication into a scratch folder included, so that every law of the finished file is tried as
well; then that file is compared with the one in service.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from flows import lock
from flows.dropped_decisions import take_dropped
from flows.outcome import Outcome
from flows.parameters import MergeParameters
from flows.runs import Run, begun
from flows.scratch import INSIDE, scratch_folder
from transforms import gates
from transforms.errors import AlliageError, GateError, InputError
from transforms.gates import Gate, GateResult, judged
from transforms.warehouse import beside
from transforms.warehouse.changes import Change
from transforms.warehouse.database import connect
from transforms.warehouse.difference import compare
from transforms.warehouse.files import machine_errors
from transforms.warehouse.run_settings import SettingChange


class Simulated(BaseModel):
    """What a merge would do.

    Attributes:
        verdict: published, if it would publish; else refused.
        gates: what every gate found; `refused` are those that would refuse.
        law: the law of the finished file that it would break, as its refusal tells it.
        first: whether nothing is published yet.
        counts: companies of each kind of change.
        changes: each of them.
        settings: those that are not as they were at the last publication.
        outcome: the run itself, with the reports of its stages.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    verdict: Literal["published", "refused"]
    gates: tuple[GateResult, ...]
    law: str | None = None
    first: bool
    counts: dict[str, int] = {}
    changes: tuple[Change, ...] = ()
    settings: tuple[SettingChange, ...] = ()
    outcome: Outcome

    @property
    def refused(self) -> tuple[GateResult, ...]:
        """What the gates found that would refuse."""
        return tuple(one for one in self.gates if one.verdict == "refused")


def simulate(
    parameters: MergeParameters,
    walk: Callable[[Run], None],
    tell: Callable[[Simulated, Run], None] | None = None,
) -> Simulated:
    """Let `walk` do a merge in a scratch folder; what it would change.

    A gate that would refuse does not stop it, so that all of them are told.

    Args:
        parameters: of the merge.
        walk: calls the stages, one after the other.
        tell: is given the result while the build database is there.

    Raises:
        InputError: an export cannot be read.
        LockError: a run is publishing just now.
        MachineError: the scratch folder cannot be written.
    """
    with machine_errors(Path(tempfile.gettempdir())), _scratch(parameters) as there:
        try:
            with begun(there, is_rehearsal=True) as run:
                found = _simulated(run, parameters, _refusal(run, walk))
                if tell:
                    tell(found, run)
            return found
        except (GateError, InputError) as error:
            raise _as_in_service(error, there, parameters) from None


def _refusal(run: Run, walk: Callable[[Run], None]) -> GateError | None:
    try:
        walk(run)
    except GateError as error:
        return error
    return None


def _simulated(run: Run, parameters: MergeParameters, law: GateError | None) -> Simulated:
    found = tuple(_gates(run.build, parameters))
    refused = law is not None or any(one.verdict == "refused" for one in found)
    first = not parameters.warehouse.exists()
    counts: dict[str, int] = {}
    changes: tuple[Change, ...] = ()
    settings: tuple[SettingChange, ...] = ()
    if law is None and first:
        counts = {"joined": run.outcome("published").stage("golden").counts["companies"]}
    elif law is None:
        difference = compare(parameters.warehouse.resolve(), run.parameters.warehouse)
        counts, changes, settings = difference.counts, difference.changes, difference.settings
    return Simulated(
        verdict="refused" if refused else "published",
        gates=found,
        law=str(law) if law else None,
        first=first,
        counts=counts,
        changes=changes,
        settings=settings,
        outcome=run.outcome("refused" if refused else "published").model_copy(
            update={"warehouse": parameters.warehouse}
        ),
    )


def _gates(build: Path, parameters: MergeParameters) -> Iterator[GateResult]:
    """What the gates found; lifted are those alone that `parameters` lift."""
    with connect(build, read_only=True) as con:
        for one in gates.read(con):
            verdict = judged(one.gate, holds=one.verdict == "passed", force=parameters.force)
            yield one.model_copy(update={"verdict": verdict})


@contextmanager
def _scratch(parameters: MergeParameters) -> Iterator[MergeParameters]:
    """The same parameters with a copy of the state, a place for the warehouse, and every gate lifted."""
    warehouse, state = parameters.warehouse.resolve(), parameters.state.resolve()
    with scratch_folder() as root:
        there = root / INSIDE / warehouse.name
        copied = root / "state"
        with lock.looking(warehouse, state):
            if state.is_dir():
                shutil.copytree(state, copied, ignore=shutil.ignore_patterns(".*"))
            # What a merge would record first; only the copy hears of it.
            take_dropped(parameters.raw, warehouse, copied)
            if (manifest := beside.manifest(warehouse)).is_file():
                shutil.copyfile(manifest, beside.manifest(there))
        yield parameters.model_copy(
            update={"warehouse": there, "state": copied, "force": frozenset(Gate), "raw": parameters.raw}
        )


def _as_in_service(error: AlliageError, there: MergeParameters, parameters: MergeParameters) -> AlliageError:
    """The same error, naming the places in service instead of their copies."""
    names = {
        str(there.warehouse): str(parameters.warehouse.resolve()),
        str(there.state): str(parameters.state.resolve()),
    }

    def renamed(text: str | None) -> str | None:
        for copy, place in names.items():
            text = text.replace(copy, place) if text else text
        return text

    return type(error)(
        renamed(error.what) or "",
        where=replace(error.where, file=renamed(error.where.file)) if error.where else None,
        found=renamed(error.found),
        expected=error.expected,
        next_step=renamed(error.next_step),
    )
