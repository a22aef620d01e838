"""Which failures of reading and writing may pass by themselves: those are tried again, never a refusal."""

import errno
from collections.abc import Iterator
from typing import Any

from prefect import Task
from prefect.client.schemas.objects import State, TaskRun

from transforms.errors import AlliageError, MachineError

_TIMES = 2
_SECONDS = (2.0, 8.0)
# A network share that stumbles, a file that another program holds for a moment; never a full disk or a right.
_PASSING = frozenset(
    {
        errno.EAGAIN,
        errno.EBUSY,
        errno.ECONNRESET,
        errno.EHOSTDOWN,
        errno.EINTR,
        errno.EIO,
        errno.ENOTCONN,
        errno.ESTALE,
        errno.ETIMEDOUT,
        errno.EREMOTEIO,
    }
)
_SAID = ("Input/output error", "Stale file handle", "Could not set lock", "Connection timed out")


def retried() -> dict[str, Any]:
    """How a task that reads or writes is tried again."""
    return {
        "retries": _TIMES,
        "retry_delay_seconds": list(_SECONDS),
        "retry_condition_fn": may_pass,
    }


def may_pass(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Whether the task that ended in `state` failed for a reason that may be gone in a moment."""
    error = state.data
    return isinstance(error, Exception) and passing(error)


def passing(error: Exception) -> bool:
    """Whether `error` is a failure of the machine that may be gone in a moment.

    Bad input, a gate and a rule say the same the next time; so do a full disk and a missing right.
    """
    if isinstance(error, AlliageError) and not isinstance(error, MachineError):
        return False
    return any(
        (isinstance(one, OSError) and one.errno in _PASSING) or any(said in str(one) for said in _SAID)
        for one in _causes(error)
    )


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__
