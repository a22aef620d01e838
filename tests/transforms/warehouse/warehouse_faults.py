"""Looking at what a publication leaves behind, and other processes that get in its way."""

import subprocess
import sys
import textwrap
from pathlib import Path

import duckdb
import warehouse_builds as builds

from transforms.warehouse import beside, stage
from transforms.warehouse.stage import PublishParameters
from transforms.warehouse.swap import Publication

HERE = str(Path(__file__).parent)


def content(parameters: PublishParameters) -> dict[str, bytes]:
    """Every file beside the warehouse and in the state, hidden ones too."""
    places = (parameters.warehouse.parent, parameters.state)
    return {str(path): path.read_bytes() for place in places for path in place.rglob("*") if path.is_file()}


def in_use(parameters: PublishParameters) -> dict[str, bytes]:
    """The same without the versions kept: what is published and the state, drafts and leftovers included."""
    kept = str(beside.versions(parameters.warehouse))
    return {path: data for path, data in content(parameters).items() if not path.startswith(kept)}


def published_run(parameters: PublishParameters) -> str:
    with duckdb.connect(str(parameters.warehouse), read_only=True) as con:
        return str(con.execute("SELECT max(run_id) FROM runs").fetchall()[0][0])


def child(code: str, *arguments: str) -> "subprocess.Popen[str]":
    script = "import sys\nsys.path.insert(0, sys.argv[1])\n" + textwrap.dedent(code)
    command = [sys.executable, "-c", script, HERE, *arguments]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def first_line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def interrupted(build: Path, folder: Path, *, swapped: bool) -> PublishParameters:
    """Run r1 is published; all of r2 is drafted, and perhaps the warehouse is swapped, nothing more."""
    stage.run(build, builds.parameters(folder, "r1"))
    parameters = builds.parameters(folder, "r2")
    publication = Publication(parameters.warehouse, parameters.state, "r2")
    stage._draft(build, publication, parameters)
    if swapped:
        publication.swap()
    return parameters
