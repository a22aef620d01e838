"""The end of a program: exit handlers are called, output is whole, the code is the program's."""

import subprocess
import sys

import pytest

PROGRAM = """
import atexit, sys, threading, time
from flows.interpreter import end_with

def late():
    time.sleep(0.2)
    print("thread")

def main():
    atexit.register(print, "handler")
    threading.Thread(target=late).start()
    {last}

end_with(main)
"""


@pytest.mark.parametrize(
    ("last", "code", "error"),
    [
        ("pass", 0, ""),
        ("sys.exit(3)", 3, ""),
        ("sys.exit()", 0, ""),
        ("sys.exit('perdu')", 1, "perdu"),
        ("raise KeyError('lost')", 1, "KeyError: 'lost'"),
    ],
)
def test_the_end_of_a_program(last: str, code: int, error: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(last=last)], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == code
    assert done.stdout.split() == ["thread", "handler"]
    assert (error in done.stderr) if error else not done.stderr


def test_a_reader_that_went_away_is_no_crash() -> None:
    program = PROGRAM.format(last="print('x' * 1_000_000); sys.exit(4)")
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as running:
        assert running.stdout is not None
        running.stdout.close()
        assert running.wait(60) in {1, 4, 120}
