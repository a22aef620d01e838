"""Prefect's temporary server, of a command in a terminal: it ends when that command is no more.

Prefect ends it with the command, but not where the command is killed. uvicorn asks the environment for its
event loop, which is the way in here. The system's own signal on the death of a parent does not do: it comes
already when the thread ends that started the server.
"""

import asyncio
import os
import signal
import threading
import time

from uvicorn.loops.auto import auto_loop_factory

from flows.offline import PARENT

_LOOK_EVERY = 0.5
_PATIENCE = 5.0


def loop() -> asyncio.AbstractEventLoop:
    """The event loop that uvicorn would take, in a process that ends with its parent."""
    parent = int(os.environ.get(PARENT) or os.getppid())
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    return auto_loop_factory()()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK_EVERY)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_PATIENCE)
    os._exit(1)
