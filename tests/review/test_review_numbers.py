"""Members with other numbers: what was said of them is shown, counted and undone under those of today."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from changed_exports import NUMBER, rotated
from pipelines import Places, rows, run_all
from review_site import Ends, Visitor, copied, log, queue, said, served, text_of

from benchmarks.sample import exports, generate
from flows import published
from flows.decision_list import list_decisions
from flows.queue import read_queue
from review.desk import Desk
from transforms.gates import Gate
from transforms.matching.decisions.proposals import Proposal
from transforms.matching.decisions.recording import record

pytestmark = pytest.mark.slow
SAMPLE = (700, 7, 1.5, 0.5, 0.4)


@pytest.fixture(scope="module")
def moved(judged_later: Places, tmp_path_factory: pytest.TempPathFactory) -> tuple[Places, list[Ends]]:
    """An installation whose members have each other's numbers since four pairs were judged; these today."""
    places = copied(judged_later, tmp_path_factory.mktemp("moved") / "installation")
    asked = [ends for ends in queue(places) if any(end.startswith("clustr:") for end in ends)][:4]
    known = published.known_records(places.warehouse, places.state)
    # Some time before the run, whose hour is told to the second.
    then = datetime.now(UTC) - timedelta(hours=1)
    words = [(ends, "unsure" if at else "different", "st-1") for at, ends in enumerate(asked)]
    proposals = [
        Proposal.checked(*map(published.as_record, ends), verdict, steward, None, then)  # type: ignore[arg-type]
        for ends, verdict, steward in [*words, (asked[0], "different", "st-2")]
    ]
    assert [one.status for one in record(places.state, proposals, known)] == ["recorded"] * 5
    sample = generate(*SAMPLE)
    changed = rotated(sample)
    today = dict(zip(sample.clustr[NUMBER], changed.clustr[NUMBER], strict=True))
    exports.write(changed, places.raw, places.root / "truth.csv")
    run_all(places, force=[Gate.MEMBER_NUMBERS])

    def now(end: str) -> str:
        source, _, number = end.partition(":")
        return f"{source}:{today.get(number, number)}" if source == "clustr" else end

    return places, [(now(left), now(right)) for left, right in asked]


@pytest.fixture
def places(moved: tuple[Places, list[Ends]], tmp_path: Path) -> Places:
    return copied(moved[0], tmp_path / "installation")


@pytest.fixture
def visitor(places: Places) -> Iterator[Visitor]:
    with served(places) as address, Visitor(address) as found:
        yield found.enter()


def test_the_page_shows_and_counts_them_under_todays_numbers(
    visitor: Visitor, places: Places, moved: tuple[Places, list[Ends]]
) -> None:
    _, (first, second, *_) = moved
    then = {frozenset(":".join(end) for end in one.pair) for one in log(places)}
    assert frozenset(first) not in then
    listed = text_of(visitor.get("/decisions"))
    assert all(f"{left} et {right}" in listed for left, right in map(sorted, (first, second)))
    assert "1 paire jugée deux fois (dont 1 par deux gestionnaires)" in listed
    assert "Déjà jugée : ne sait pas" in text_of(visitor.get("/paire", gauche=second[0], droite=second[1]))
    company = text_of(visitor.get("/entreprise", id=first[0]))
    assert "D-0001, st-1" in company
    assert "D-0005, st-2" in company
    # Whoever bears the old number today was never judged.
    desk = Desk(places.warehouse, places.state)
    assert {one.decision_id: desk.standing().on(one.pair) for one in log(places)} == {
        one.decision_id: None for one in log(places)
    }
    desk.close()


def test_the_warehouse_tells_them_under_todays_numbers(moved: tuple[Places, list[Ends]]) -> None:
    places, ends = moved
    found = rows(
        places.warehouse,
        "SELECT decision_id, left_source || ':' || left_member_id, right_source || ':' || right_member_id, "
        "outcome FROM decisions ORDER BY decision_id",
    )
    told = [(*ends[0], "replaced"), *((*one, "followed") for one in ends[1:]), (*ends[0], "followed")]
    assert [row[1:] for row in found] == told
    outcomes = [one.outcome for one in list_decisions(places.warehouse, places.state).decisions]
    assert outcomes == [row[3] for row in found]


def test_a_pair_that_was_judged_under_other_numbers_is_known(
    visitor: Visitor, places: Places, moved: tuple[Places, list[Ends]]
) -> None:
    _, (first, *_) = moved
    assert "Déjà décidé (D-0005)" in text_of(visitor.judge(first, "different"))
    assert len(log(places)) == 5
    # Another word replaces it, and comes back with it when it is undone.
    visitor.judge(first, "unsure")
    assert "ne sait pas , D-0006" in text_of(visitor.get("/paire", gauche=first[0], droite=first[1]))
    visitor.post("/annuler")
    told = text_of(visitor.get("/paire", gauche=first[0], droite=first[1]))
    assert "Déjà jugée : entreprises différentes , D-0005" in told
    visitor.post("/retirer", decision="D-0005")
    visitor.post("/retirer", decision="D-0001")
    assert "Déjà jugée" not in text_of(visitor.get("/paire", gauche=first[0], droite=first[1]))


def test_what_is_said_after_the_change_is_of_the_queue_of_today(visitor: Visitor, places: Places) -> None:
    ends = queue(places)[0]
    before = len(read_queue(places.warehouse, places.state).pairs)
    visitor.judge(ends, "different")
    assert len(read_queue(places.warehouse, places.state).pairs) == before - 1
    assert f"{before - 1} restent sur {before}" in text_of(visitor.get("/"))
    assert (*sorted(ends), "different") in said(places)


def test_a_lost_register_leaves_the_page_open(visitor: Visitor, places: Places) -> None:
    (places.state / "company_ids.csv").unlink()
    shutil.copy(places.warehouse, places.warehouse.with_name(".next.duckdb")).replace(places.warehouse)
    assert visitor.get("/").status_code == 200
