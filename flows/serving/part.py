"""A part of the service as a process: `python -m flows.serving.part NAME MODULE [ARGUMENTS]`.

It holds the file of its name while it lives, and ends when the service that started it is no more.
"""

import ctypes
import os
import runpy
import signal
import sys

from flows.serving import holders, places

_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of prctl(2)


def main() -> None:
    """Run a module of Prefect or of ours in the place of this one."""
    name, module, *arguments = sys.argv[1:]
    _end_with_parent()
    if not holders.hold(places.lock(name)):
        raise SystemExit(f"« {name} » est déjà en marche.")
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _end_with_parent() -> None:
    # Elsewhere than on Linux the next start of the service ends what is left.
    if not sys.platform.startswith("linux"):
        return
    parent = int(os.environ.get("ALLIAGE_SERVICE_PID", os.getppid()))
    ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGTERM)
    if os.getppid() != parent:
        raise SystemExit(0)


if __name__ == "__main__":
    main()
