"""`alliage refit` on whole installations: refused, tried, recorded, used by the next run, undone."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flow_commands import Said, call
from pipelines import Places, fingerprints, installed, rows, run_all

from benchmarks.sample import generate
from flows.decide import decide_file
from flows.lock import held_state
from flows.summary import summary
from transforms.matching.decisions.log import FILE as DECISIONS
from transforms.matching.members import members_spec
from transforms.matching.refitting.weight_log import FILE, read_weight_log

Command = Callable[..., Said]
_KEY = ("left_source", "left_member_id", "right_source", "right_member_id")
_QUEUE = f"""
SELECT {", ".join(_KEY)},
    list_contains(list_transform(reasons, lambda one: one.signal || ' ' || one.level), 'address same')
FROM review_queue
ORDER BY ALL
"""
_PROBABILITIES = f"SELECT {', '.join(_KEY)}, probability FROM match_pairs ORDER BY ALL"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Places:
    """An installation whose queue a steward has judged by a rule: the same door, the same company."""
    places = installed(tmp_path_factory.mktemp("judged"), generate(companies=900, seed=17, roughness=1.5))
    run_all(places)
    said = [
        json.dumps(dict(zip(_KEY, ends, strict=True)) | {"verdict": "same" if same_door else "different"})
        for *ends, same_door in rows(places.warehouse, _QUEUE)
    ]
    file = places.root / "decisions.jsonl"
    file.write_text("\n".join(said), encoding="utf-8")
    decide_file(file, steward="st-1", warehouse=places.warehouse, state=places.state)
    return places


@pytest.fixture(scope="module")
def compared(judged: Places) -> Places:
    """The same after the next run; tests only read it, or take a copy."""
    run_all(judged)
    return judged


@pytest.fixture
def places(compared: Places, tmp_path: Path) -> Places:
    return Places(shutil.copytree(compared.root, tmp_path / "installation"))


@pytest.fixture
def refit(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """`alliage refit` on an installation."""

    def run(places: Places, *more: str) -> Said:
        where = ["--warehouse", places.warehouse, "--state", places.state]
        return call("refit", *more, *where, monkeypatch=monkeypatch, capsys=capsys)

    return run


def rewrite(places: Places, change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> None:
    """Another log of decisions in the same installation."""
    path = places.state / DECISIONS
    lines = change([json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()])
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")


def test_decisions_that_no_run_has_seen_do_not_count_yet(
    judged: Places, refit: Command, tmp_path: Path
) -> None:
    before = Places(shutil.copytree(judged.root, tmp_path / "before"))
    rewrite(before, lambda lines: [line | {"decision_id": f"D-9{line['decision_id'][2:]}"} for line in lines])
    said = refit(before, "--json")
    assert (said.code, said.json["error"]["kind"]) == (3, "GateError")
    assert "attendent la prochaine fusion" in said.json["error"]["found"]
    assert "alliage run" in said.json["error"]["next_step"]


def test_without_decisions_it_says_how_many_are_needed(
    small_published: Places, refit: Command, tmp_path: Path
) -> None:
    places = Places(shutil.copytree(small_published.root, tmp_path / "small"))
    said = refit(places, "--json")
    assert said.code == 3
    assert said.json["error"]["found"].startswith("0 paire jugée")
    assert said.json["error"]["expected"] == "au moins 30 en tout et 10 de chaque"
    assert not (places.state / FILE).exists()


def test_too_few_of_one_verdict_are_refused(places: Places, refit: Command) -> None:
    rewrite(places, lambda lines: [line | {"verdict": "different"} for line in lines])
    said = refit(places)
    assert (said.code, "dont 0 « même entreprise »" in said.err) == (3, True)


def test_an_essay_writes_nothing(places: Places, refit: Command) -> None:
    before = fingerprints(places)
    said = refit(places, "--dry-run", "--json")
    assert (said.code, said.json["verdict"]) == (0, "tried")
    assert said.json["refit"]["log_loss_after"] < said.json["refit"]["log_loss_before"]
    assert fingerprints(places) == before
    assert "Rien n'est enregistré" in refit(places, "--dry-run").out


def test_the_next_run_takes_the_refitted_weights_until_they_are_undone(
    places: Places, refit: Command
) -> None:
    shipped = rows(places.warehouse, _PROBABILITIES)
    said = refit(places)
    assert said.code == 0
    (line,) = read_weight_log(places.state)
    assert line.kind == "refit"
    assert line.before.prior == members_spec().prior
    told = f"Adresse, identique : {line.before.signals['address']['same']:.2f} → ".replace(".", ",")
    assert told in said.out
    assert line.after.signals["address"]["same"] > line.before.signals["address"]["same"] + 0.3

    again = refit(places, "--json")
    assert (again.code, again.json["verdict"]) == (0, "known")
    assert len(read_weight_log(places.state)) == 1

    outcome = run_all(places)
    assert "  - Poids : réajustés le " in summary(outcome)
    refitted = rows(places.warehouse, _PROBABILITIES)
    assert refitted != shipped
    assert refit(places, "--json").json["verdict"] == "known"

    undone = refit(places, "--undo", "--json")
    undoing = {key: undone.json[key] for key in ("verdict", "undoes", "restores")}
    assert undoing == {"verdict": "undone", "undoes": "R-0001", "restores": None}
    assert "Poids" not in summary(run_all(places))
    assert rows(places.warehouse, _PROBABILITIES) == shipped
    nothing = refit(places, "--undo")
    assert (nothing.code, "rien à annuler" in nothing.err) == (2, True)


def test_neither_the_order_of_decisions_nor_their_sides_change_the_weights(
    places: Places, refit: Command
) -> None:
    refitted = refit(places, "--dry-run", "--json").json["refit"]
    turned = dict(zip(_KEY, (*_KEY[2:], *_KEY[:2]), strict=True))
    rewrite(
        places, lambda lines: [{turned.get(key, key): line[key] for key in line} for line in reversed(lines)]
    )
    again = refit(places, "--dry-run", "--json").json["refit"]
    assert (again["after"], again["decisions_sha256"]) == (refitted["after"], refitted["decisions_sha256"])


def test_weights_that_foresee_nothing_better_are_refused(
    places: Places, refit: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.refit.log_losses", lambda *_: (0.5, 0.5))
    said = refit(places)
    assert (said.code, "ne prévoient pas mieux" in said.err) == (3, True)
    assert "0,500" in said.err
    assert not (places.state / FILE).exists()


def test_a_run_under_way_is_not_disturbed(places: Places, refit: Command) -> None:
    with held_state(places.state):
        assert refit(places).code == 5
        assert refit(places, "--undo").code == 5
        assert refit(places, "--dry-run").code == 0
    assert not (places.state / FILE).exists()


def test_a_damaged_log_ends_with_two_and_is_left_alone(places: Places, refit: Command) -> None:
    (places.state / FILE).write_text('{"kind": "refit"}\n', encoding="utf-8")
    for more in ((), ("--undo",), ("--dry-run",)):
        said = refit(places, *more, "--json")
        assert (said.code, said.json["error"]["where"]["line"]) == (2, 1)
    assert (places.state / FILE).read_text(encoding="utf-8") == '{"kind": "refit"}\n'


def test_without_a_warehouse(tmp_path: Path, refit: Command) -> None:
    said = refit(Places(tmp_path))
    assert (said.code, "pas d'entrepôt" in said.err) == (2, True)
