"""Judging many damaged files, each under a hard limit of time and of memory, in a process that may die."""

import multiprocessing
import resource
import signal
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from random import Random

from benchmarks.fuzz.judge import judge
from benchmarks.fuzz.mutations import damaged, damaged_workbook
from benchmarks.sample import generate
from benchmarks.sample.exports import clustr_bytes, numelink_bytes
from transforms.sources.contract import Contract, load_contracts

SECONDS = 10.0
ADDRESS_SPACE = 8 << 30
PEAK_MIB = 1_500
_STARTING = 60.0
_FATAL = ("hang", "crash")
# The limit is one of processor time, as the machine may be busy elsewhere; asleep, a file has so much longer.
_PATIENCE = 12


@dataclass(frozen=True)
class Original:
    """A whole export and the source that it is of."""

    source: str
    file: str
    data: bytes


@dataclass
class Tally:
    """What became of the files: how many of each outcome, the slowest, the most memory, the faults."""

    outcomes: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    peak_mib: int = 0
    faults: list[str] = field(default_factory=list)


def originals(folders: Iterable[Path] = ()) -> list[Original]:
    """Invented exports, tidy and rough, and those in `folders`, whose paths name their sources."""
    found: list[Original] = []
    for seed, roughness in ((3, 0.5), (4, 1.5)):
        sample = generate(companies=60, seed=seed, roughness=roughness)
        clustr = clustr_bytes(sample.clustr)
        found += [
            Original("clustr", "clustr_2016-10-03.csv", clustr),
            Original("clustr", "clustr_utf8.csv", clustr.decode("cp1252").encode("utf-8-sig")),
            Original("numelink", "numelink.xlsx", numelink_bytes(sample.numelink)),
        ]
    for contract in load_contracts():
        for folder in folders:
            paths = [path for pattern in contract.files for path in sorted(folder.rglob(pattern))]
            named = [path for path in paths if contract.source in str(path.relative_to(folder)).lower()]
            found += [Original(contract.source, path.name, path.read_bytes()) for path in named]
    return found


def case(number: int, whole: list[Original]) -> tuple[Original, bytes]:
    """The damaged file of that number: always the same for the same originals."""
    dice = Random(number)  # not for secrets
    original = whole[number % len(whole)]
    spoil = damaged_workbook if original.file.endswith(".xlsx") else damaged
    return original, spoil(original.data, dice)


def run(numbers: Iterable[int], whole: list[Original], *, seconds: float = SECONDS) -> Tally:
    """Judge the damaged files of these numbers; a hang or a crash ends the worker, not the run."""
    tally = Tally()
    worker = _Worker(whole)
    for number in numbers:
        started = time.perf_counter()
        outcome, peak_mib = worker.judge(number, seconds)
        tally.slowest = max(tally.slowest, time.perf_counter() - started)
        if outcome in _FATAL:
            worker.end()
            worker = _Worker(whole)
        tally.peak_mib = max(tally.peak_mib, peak_mib)
        tally.outcomes[outcome.split("\n")[0]] += 1
        if not outcome.startswith(("read", "refused: ")):
            tally.faults.append(f"{number} ({whole[number % len(whole)].file}): {outcome}")
    worker.end()
    return tally


class _Worker:
    """A process that judges one file after the other."""

    def __init__(self, whole: list[Original]) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process: SpawnProcess = context.Process(target=_serve, args=(theirs, whole), daemon=True)
        self.process.start()
        theirs.close()
        assert self.connection.poll(_STARTING)
        self.connection.recv()

    def judge(self, number: int, seconds: float) -> tuple[str, int]:
        """The outcome of one file and the most memory that the worker has held, in MiB."""
        self.connection.send((number, seconds))
        if not self.connection.poll(_PATIENCE * seconds):
            return "hang", 0
        try:
            outcome, peak_mib = self.connection.recv()
        except EOFError:
            self.process.join()
            return "hang" if self.process.exitcode == -signal.SIGPROF else "crash", 0
        return outcome, peak_mib

    def end(self) -> None:
        """End the process, whatever it does."""
        self.process.kill()
        self.process.join()
        self.connection.close()


def _serve(connection: Connection, whole: list[Original]) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    contracts = {contract.source: contract for contract in load_contracts()}
    connection.send("ready")
    with tempfile.TemporaryDirectory() as folder:
        while True:
            try:
                number, seconds = connection.recv()
            except EOFError:
                return
            # Its signal ends the process, also amid foreign code that never returns.
            signal.setitimer(signal.ITIMER_PROF, seconds)
            outcome = _outcome(number, whole, contracts, Path(folder))
            signal.setitimer(signal.ITIMER_PROF, 0)
            connection.send((outcome, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024))


def _outcome(number: int, whole: list[Original], contracts: dict[str, Contract], folder: Path) -> str:
    original, data = case(number, whole)
    build = folder / "build.duckdb"
    build.unlink(missing_ok=True)
    try:
        return judge(data, original.file, contracts[original.source], build)
    except Exception as error:
        where = " < ".join(
            f"{Path(step.filename).name}:{step.lineno}"
            for step in reversed(traceback.extract_tb(error.__traceback__)[-4:])
        )
        return f"{type(error).__name__}\n{str(error)[:300]}\n{where}"
