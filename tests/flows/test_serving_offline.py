"""The service on a machine that reaches nobody: all of it works, and nobody else is called."""

import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from pipelines import installed
from served import Served, publications

from benchmarks.sample import Sample

pytestmark = [pytest.mark.slow, pytest.mark.long]

ALONE = ("unshare", "--map-root-user", "--net", "sh", "-c", 'ip link set lo up && exec "$0" "$@"')
"""Runs a command where there is no network but loopback."""
TRACED = ("strace", "-f", "--seccomp-bpf", "-qq", "-s", "0", "-e", "trace=connect,sendto,sendmsg", "-o")
"""Runs a command and keeps whom it and its processes call."""
MOST_SECONDS = 900
INET_ADDRESS = re.compile(r'inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"')


def test_without_a_network_pages_and_runs_are_the_same(tmp_path: Path) -> None:
    if shutil.which("ip") is None or subprocess.run([*ALONE, "true"], capture_output=True).returncode:
        pytest.skip("this machine lets nobody have a network of his own")
    tests = Path(__file__).with_name("test_ui_browser.py")
    command = [*ALONE, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tests)]
    with subprocess.Popen(
        [*command, f"--basetemp={tmp_path / 'alone'}"],
        cwd=tests.parents[2],
        stdout=subprocess.PIPE,
        text=True,
    ) as alone:
        try:
            said, _ = alone.communicate(timeout=MOST_SECONDS)
        except subprocess.TimeoutExpired:
            alone.send_signal(signal.SIGINT)  # so that it ends what it has started
            said, _ = alone.communicate(timeout=120)
    assert alone.returncode == 0, said
    assert "passed" in said


def test_no_connection_to_another_host_is_tried(small: Sample, tmp_path: Path) -> None:
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    called = tmp_path / "called"
    served = Served(installed(tmp_path, small), through=(*TRACED, str(called))).start()
    try:
        assert served.ended(served.trigger())["type"] == "COMPLETED"
        assert publications(served.places) == 1
    finally:
        served.stop()
    hosts = {four or six for four, six in INET_ADDRESS.findall(called.read_text())}
    assert hosts
    assert hosts <= {"127.0.0.1", "::1", "::ffff:127.0.0.1"}
