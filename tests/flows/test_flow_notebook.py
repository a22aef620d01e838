"""The notebook for analysts runs from its first cell to its last, with DuckDB and pandas alone."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pipelines import Places

NOTEBOOK = Path(__file__).parents[2] / "docs" / "analyse.ipynb"
# As a notebook does, the value of a last expression is shown; here it must be a table with rows.
_RUNNER = """
import ast, json, sys

names = {}
for number, source in enumerate(json.load(sys.stdin), start=1):
    *statements, last = ast.parse(source).body
    exec(compile(ast.Module(statements, []), f"cell {number}", "exec"), names)
    if isinstance(last, ast.Expr):
        value = eval(compile(ast.Expression(last.value), f"cell {number}", "eval"), names)
        print(number, "none" if value is None else len(value))
    else:
        exec(compile(ast.Module([last], []), f"cell {number}", "exec"), names)
print(sorted({"flows", "transforms", "expectations"} & {name.partition(".")[0] for name in sys.modules}))
"""


@pytest.fixture(scope="module")
def cells() -> list[dict[str, Any]]:
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    assert notebook["nbformat"] == 4
    found: list[dict[str, Any]] = notebook["cells"]
    return found


def test_the_notebook_runs_without_our_code(cells: list[dict[str, Any]], published: Places) -> None:
    sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    done = subprocess.run(
        [sys.executable, "-c", _RUNNER],
        input=json.dumps(sources),
        capture_output=True,
        text=True,
        timeout=120,
        cwd=NOTEBOOK.parent,
        env={**os.environ, "ALLIAGE_WAREHOUSE": str(published.warehouse)},
    )
    assert done.returncode == 0, done.stderr
    *shown, modules = done.stdout.splitlines()
    lengths = [line.split()[1] for line in shown]
    assert len(shown) == len(sources)
    assert all(int(length) > 0 for length in lengths[:-1])
    assert modules == "[]"


def test_outputs_are_stripped(cells: list[dict[str, Any]]) -> None:
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert len(code) > 3
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
