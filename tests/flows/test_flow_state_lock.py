"""One run at a time on one state, whatever warehouse it publishes into; and nothing of others is replaced."""

from pathlib import Path

import pytest

from flows.lock import held, held_state
from flows.parameters import MergeParameters
from flows.runs import begun
from transforms.errors import InputError, LockError


def parameters(root: Path, name: str) -> MergeParameters:
    return MergeParameters(raw=root / "raw", warehouse=root / name / "warehouse.duckdb", state=root / "state")


def test_a_second_run_on_the_state_is_refused(tmp_path: Path) -> None:
    with begun(parameters(tmp_path, "one")) as first:
        staged = tmp_path / "state" / f".next-{first.run_id}"
        staged.mkdir()
        with (
            pytest.raises(LockError, match="dossier d'état") as refused,
            begun(parameters(tmp_path, "two")),
        ):
            pytest.fail("two runs on one state")
        assert staged.is_dir()
        assert refused.value.exit_code == 5


def test_a_refusal_by_the_state_frees_the_warehouse(tmp_path: Path) -> None:
    with held_state(tmp_path / "state"):
        with pytest.raises(LockError), begun(parameters(tmp_path, "one")):
            pytest.fail("held")
        with held(tmp_path / "one" / "warehouse.duckdb"):
            pass


def test_a_file_of_somebody_else_is_refused_and_kept(tmp_path: Path) -> None:
    target = tmp_path / "notes.txt"
    target.write_text("à garder", encoding="utf-8")
    mine = parameters(tmp_path, "one").model_copy(update={"warehouse": target})
    with pytest.raises(InputError), begun(mine):
        pytest.fail("begun")
    assert target.read_text(encoding="utf-8") == "à garder"
    assert list(tmp_path.iterdir()) == [target]
