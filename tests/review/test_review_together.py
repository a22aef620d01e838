"""Two stewards at once, a run in the middle, a kill right after, and how long things take."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import duckdb
import httpx
import pytest
from pipelines import Places
from review_site import Ends, Visitor, copied, log, queue, said, served, text_of
from served import free_port, until

from review.desk import Desk

pytestmark = pytest.mark.slow
QUEUED = 2000


@contextmanager
def process(places: Places) -> Iterator[tuple[str, int]]:
    """The page as a process of its own: its address and its number."""
    port = free_port()
    more = {
        "ALLIAGE_WAREHOUSE": str(places.warehouse),
        "ALLIAGE_STATE": str(places.state),
        "ALLIAGE_PREFECT_HOME": str(places.root / "prefect"),
        "ALLIAGE_REVIEW_PORT": str(port),
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ALLIAGE_")}
    started = subprocess.Popen([sys.executable, "-m", "review.server"], env=kept | more)
    try:
        until(lambda: _answers(f"http://127.0.0.1:{port}"), 60, "start")
        yield f"http://127.0.0.1:{port}", started.pid
    finally:
        started.kill()
        started.wait(20)


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/sante", timeout=2).text == "ok"
    except httpx.HTTPError:
        return False


def test_a_word_survives_a_kill_right_after(places: Places) -> None:
    ends = queue(places)[0]
    with process(places) as (address, pid), Visitor(address) as visitor:
        visitor.enter()
        token = visitor.token()
        sent = {"gauche": ends[0], "droite": ends[1], "verdict": "same", "jeton": token}
        answer = visitor.client.post("/juger", data=sent, follow_redirects=False)
        os.kill(pid, signal.SIGKILL)
    assert answer.status_code == 303
    assert said(places) == [(*sorted(ends), "same")]


def test_two_stewards_and_a_run_in_the_middle_lose_nothing(places: Places, tmp_path: Path) -> None:
    """All judge the same pairs at once, while the published file is swapped again and again."""
    pairs = queue(places)[:8]
    ended = threading.Event()

    def swap() -> None:
        while not ended.is_set():
            beside = places.warehouse.with_name(".next.duckdb")
            shutil.copy(places.warehouse, beside)
            beside.replace(places.warehouse)
            time.sleep(0.3)

    with served(places) as address:
        answers: list[int] = []

        def judge(steward: str, mine: list[Ends]) -> None:
            with Visitor(address) as visitor:
                visitor.enter(steward)
                answers.extend(visitor.judge(ends, "different").status_code for ends in mine)

        threads = [
            threading.Thread(target=judge, args=("st-1", pairs)),
            threading.Thread(target=judge, args=("st-2", pairs[::-1])),
        ]
        swapping = threading.Thread(target=swap)
        swapping.start()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        ended.set()
        swapping.join(20)
    assert answers == [200] * 16
    wanted = {(*sorted(ends), "different", steward) for ends in pairs for steward in ("st-1", "st-2")}
    found = [(":".join(one.pair[0]), ":".join(one.pair[1]), one.verdict, one.steward) for one in log(places)]
    assert (len(found), set(found)) == (16, wanted)
    assert len({one.decision_id for one in log(places)}) == 16


def test_the_page_tells_of_the_file_in_service(places: Places) -> None:
    desk = Desk(places.warehouse, places.state)
    before = len(desk.waiting())
    beside = places.warehouse.with_name(".next.duckdb")
    shutil.copy(places.warehouse, beside)
    with duckdb.connect(str(beside)) as con:
        con.execute("DELETE FROM review_queue")
    # Somebody is in the middle of reading when the next warehouse comes into service.
    with desk.looking() as con:
        beside.replace(places.warehouse)
        assert con.execute("SELECT count(*) FROM review_queue").fetchall() == [(before,)]
    assert desk.waiting() == []
    places.warehouse.unlink()
    with pytest.raises(Exception, match="Il n'y a pas d'entrepôt"):
        desk.waiting()


@pytest.fixture(scope="module")
def crowded(judged_later: Places, tmp_path_factory: pytest.TempPathFactory) -> Places:
    """The same with 2,000 pairs to judge: each record with others, for the reasons of one pair."""
    places = copied(judged_later, tmp_path_factory.mktemp("crowded") / "installation")
    with duckdb.connect(str(places.warehouse)) as con:
        con.execute(f"""
            CREATE TEMP TABLE made AS
            SELECT l.source AS ls, l.member_id AS lm, r.source AS rs, r.member_id AS rm,
                0.05 + random() * 0.9 AS probability, example.reasons
            FROM memberships AS l
            JOIN memberships AS r ON (l.source, l.member_id) < (r.source, r.member_id)
            CROSS JOIN (SELECT reasons FROM review_queue LIMIT 1) AS example
            ANTI JOIN match_pairs AS kept
                ON (kept.left_source, kept.left_member_id, kept.right_source, kept.right_member_id)
                = (l.source, l.member_id, r.source, r.member_id)
            ORDER BY hash(l.member_id || r.member_id)
            LIMIT {QUEUED - len(queue(judged_later))}
        """)
        con.execute("INSERT INTO match_pairs SELECT ls, lm, rs, rm, probability, 'review', reasons FROM made")
        con.execute(
            "INSERT INTO review_queue SELECT ls, lm, rs, rm, probability, 'review', reasons, random(), "
            "'ressemblance incertaine' FROM made"
        )
    return places


def test_long_queues_open_quickly_and_words_are_stored_at_once(crowded: Places) -> None:
    pairs = queue(crowded)
    assert len(pairs) == QUEUED
    with served(crowded) as address, Visitor(address) as visitor:
        visitor.enter()
        assert "2 000 restent sur 2 000" in text_of(visitor.get("/")).replace("\u202f", " ")
        opened = min(_seconds(lambda: visitor.get("/")) for _ in range(5))
        left, right = pairs[0]
        shown = min(_seconds(lambda: visitor.get("/paire", gauche=left, droite=right)) for _ in range(5))
        token = visitor.token()
        stored = min(_seconds(partial(_judge, visitor, ends, token)) for ends in pairs[:9])
    assert len(log(crowded)) == 9
    assert (opened < 0.3, shown < 0.3, stored < 0.05) == (True, True, True), (opened, shown, stored)


def _judge(visitor: Visitor, ends: Ends, token: str) -> None:
    sent = {"gauche": ends[0], "droite": ends[1], "verdict": "different", "jeton": token}
    visitor.client.post("/juger", data=sent, follow_redirects=False)


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
