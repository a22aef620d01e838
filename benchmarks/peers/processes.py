"""One command in a process of its own: its seconds, its processor seconds, the most memory that it held.

    python -m benchmarks.peers.processes MINUTES FILE COMMAND...

runs COMMAND, which may take MINUTES, and writes a `Measured` as JSON into FILE. `measured` starts this module
with a bare interpreter and not COMMAND itself, because the system counts what the parent holds at the moment
of the start as memory of the child.
"""

import json
import os
import resource
import signal
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter

_LINUX_KIB = 1024
# What a shell says of a command that it cannot find.
_NOT_FOUND = 127


@dataclass(frozen=True)
class Measured:
    """One command that has ended.

    Args:
        code: its exit code; negative, the signal that ended it.
        seconds: from start to end, Python's start and imports included.
        cpu_seconds: of all its processes.
        peak_mib: the most that one of its processes held.
        load: runnable processes of the machine, mean of the last minute when it started.
        reason: the last line that it wrote on standard error, or how it ended.
    """

    code: int
    seconds: float
    cpu_seconds: float
    peak_mib: int
    load: float
    reason: str


def measured(command: list[str], scratch: Path, minutes: float, root: Path) -> Measured:
    """Run `command` with `root` as working folder and module path; output goes into `scratch`."""
    result = scratch / "measured.json"
    result.unlink(missing_ok=True)
    launcher = [sys.executable, "-S", str(Path(__file__)), str(minutes), str(result), *command]
    environment = os.environ | {"PYTHONPATH": str(root), "PYTHONHASHSEED": "0"}
    with (scratch / "output.txt").open("wb") as output:
        subprocess.run(launcher, cwd=root, env=environment, stdout=output, stderr=output, check=True)  # noqa: S603
    return Measured(**json.loads(result.read_text()))


def run(command: list[str], minutes: float) -> Measured:
    """Run `command` and wait for it; after `minutes` it and what it has started are ended."""
    load, began = os.getloadavg()[0], perf_counter()
    if not Path(command[0]).exists():
        return Measured(_NOT_FOUND, 0, 0, 0, load, f"{command[0]} is not there")
    child = subprocess.Popen(command, stderr=subprocess.PIPE, start_new_session=True)  # noqa: S603
    late = False
    try:
        _, said = child.communicate(timeout=60 * minutes)
    except subprocess.TimeoutExpired:
        late = True
        os.killpg(child.pid, signal.SIGKILL)
        _, said = child.communicate()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    lines = said.decode(errors="replace").strip().splitlines()
    return Measured(
        code=child.returncode,
        seconds=perf_counter() - began,
        cpu_seconds=used.ru_utime + used.ru_stime,
        peak_mib=used.ru_maxrss // _LINUX_KIB,
        load=load,
        reason=f"over {minutes:g} minutes" if late else (lines or [_ended(child.returncode)])[-1],
    )


def _ended(code: int) -> str:
    return f"ended by signal {-code}" if code < 0 else f"exit code {code}"


if __name__ == "__main__":
    result = run(sys.argv[3:], float(sys.argv[1]))
    Path(sys.argv[2]).write_text(json.dumps(asdict(result)))
