"""A decision goes into the state folder of the warehouse that it is about, or nowhere."""

from pathlib import Path

import pytest
from flow_commands import Said, call
from pipelines import Places, pair_to_judge

from transforms.matching.decisions.log import FILE
from transforms.warehouse.runs import LOG

WAYS = {
    "a decision": ["same", "{left}", "{right}", "--steward", "st-1"],
    "a forced one": ["same", "{left}", "{right}", "--steward", "st-1", "--force"],
    "a file": ["--file", "{file}", "--steward", "st-1"],
    "taking back": ["--revoke", "D-0001", "--steward", "st-1"],
    "the list": ["--list"],
    "the queue": ["--queue"],
}


@pytest.fixture
def elsewhere(small_published: Places, tmp_path: Path) -> Path:
    """The state folder of another installation, its run log alone."""
    folder = tmp_path / "autre"
    folder.mkdir()
    (folder / LOG).write_bytes((small_published.state / LOG).read_bytes())
    return folder


@pytest.mark.parametrize("arguments", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("misspelt", [True, False], ids=["misspelt", "of another warehouse"])
def test_another_state_folder_is_refused_and_stays_as_it_is(
    published: Places,
    elsewhere: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    misspelt: bool,
) -> None:
    state = tmp_path / "faute" if misspelt else elsewhere
    ends = pair_to_judge(published)
    file = tmp_path / "d.csv"
    file.write_text(f"{';'.join(ends)};verdict\n{';'.join(ends.values())};same\n", encoding="utf-8")
    named = {side: f"{ends[f'{side}_source']}:{ends[f'{side}_member_id']}" for side in ("left", "right")}
    where = ["--warehouse", str(published.warehouse), "--state", str(state)]
    filled = [part.format(**named, file=file) for part in arguments]
    said: Said = call("decide", *filled, *where, monkeypatch=monkeypatch, capsys=capsys)
    assert said.code == 2
    assert str(state) in said.err
    assert "--state" in said.err
    assert not (state / FILE).exists()
    assert state.exists() is not misspelt


def test_the_answer_names_the_log(
    published: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["decide", "same", "a:1", "b:2", "--steward", "st-1", "--force"]
    where = ["--warehouse", tmp_path / "none.duckdb", "--state", tmp_path / "state"]
    said = call(*arguments, *where, monkeypatch=monkeypatch, capsys=capsys)
    assert f"Journal : {tmp_path / 'state' / FILE}" in said.out
