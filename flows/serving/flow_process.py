"""The process of one flow run, which the worker starts: `python -m flows.serving.flow_process`.

It is Prefect's own engine, with what is ours around it: the file that says that the run lives, the
settings of the collector, and a log that holds what Alliage says and what went wrong, not what Prefect does.
"""

import logging
import os
import runpy
from pathlib import Path

from flows import interpreter, lock, offline
from flows.progress import PrefectLog
from flows.serving import holders, places

_TOLD = ("prefect.flow_runs", "prefect.task_runs")
# The run tells why a task of it failed, without the escapes in which this line wraps the same words.
_TOLD_ALREADY = "Finished in state "
_WAITS_SECONDS = 600.0


class OnlyOurs(logging.Filter):
    """Lets through what Alliage says, and of Prefect's own lines warnings and errors."""

    def __init__(self, library: Path) -> None:
        super().__init__()
        self._library = f"{library}{os.sep}"

    def filter(self, record: logging.LogRecord) -> bool:
        """Is the line for people?"""
        if not record.pathname.startswith(self._library):
            return True
        return record.levelno >= logging.WARNING and not record.getMessage().startswith(_TOLD_ALREADY)


def main() -> None:
    """Run the flow run that the environment names."""
    flow_run_id = os.environ["PREFECT__FLOW_RUN_ID"]
    own = places.run_lock(flow_run_id)
    if not holders.hold(own):
        raise SystemExit("Cette exécution est déjà en cours.")
    offline.prepare(logging_level="WARNING")
    for logger in _TOLD:
        os.environ[f"PREFECT_LOGGING_LOGGERS_{logger.upper().replace('.', '_')}_LEVEL"] = "INFO"
    import prefect.flow_engine

    ours = OnlyOurs(Path(prefect.flow_engine.__file__).parent)
    for logger in _TOLD:
        logging.getLogger(logger).addFilter(ours)
    interpreter.settle()
    # The queue lets the next run begin while one that is cancelled or killed still ends.
    lock.patience.set(lock.Patience(_WAITS_SECONDS, PrefectLog().done))
    try:
        runpy.run_module("prefect.engine", run_name="__main__", alter_sys=True)
    finally:
        own.unlink(missing_ok=True)


if __name__ == "__main__":
    interpreter.end_with(main)
