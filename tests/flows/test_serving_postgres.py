"""The same service on PostgreSQL, as Debian ships it: one setting, and everything else as before."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from pipelines import installed
from served import Served, free_port

from benchmarks.sample import Sample

pytestmark = [pytest.mark.slow, pytest.mark.long]
PASSWORD = "mimosa-de-mars-17"


def programs() -> Path:
    """The folder of PostgreSQL's programs, which Debian keeps off the path."""
    found = shutil.which("initdb")
    folders = [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not folders:
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    return folders[-1]


def as_postgres(*command: str | Path) -> None:
    """PostgreSQL refuses to run as root."""
    before = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*before, *map(str, command)], check=True, capture_output=True, timeout=120)


@pytest.fixture
def database() -> Iterator[str]:
    """The address of a PostgreSQL of this test's own."""
    folder, port = Path(tempfile.mkdtemp(prefix="alliage-postgres-")), free_port()
    secret = folder / "password"
    secret.write_text(PASSWORD)
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
        shutil.chown(secret, "postgres")
    data, found = folder / "data", programs()
    as_postgres(found / "initdb", "-D", data, "-U", "alliage", "-A", "scram-sha-256", f"--pwfile={secret}")
    options = f"-p {port} -k {folder} -h 127.0.0.1 -c fsync=off"
    as_postgres(found / "pg_ctl", "-D", data, "-w", "-o", options, "-l", folder / "log", "start")
    yield f"postgresql://alliage:{PASSWORD}@127.0.0.1:{port}/postgres"
    as_postgres(found / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    shutil.rmtree(folder)


def test_it_serves_on_postgresql(database: str, small: Sample, tmp_path: Path) -> None:
    served = Served(installed(tmp_path, small), {"ALLIAGE_DATABASE": database}).start()
    try:
        assert served.ended(served.trigger())["type"] == "COMPLETED"
        assert served.places.warehouse.exists()
        assert not (served.home / "prefect.db").exists()
        assert not [log for log in (served.home / "logs").iterdir() if PASSWORD in log.read_text()]
    finally:
        served.stop()
    assert served.living() == {}
