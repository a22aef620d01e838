"""The long form of kills of the service: ten random moments, and the next run always publishes."""

import random
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import duckdb
import pytest
from pipelines import installed
from served import ENDED, Served

from benchmarks.sample import generate

SEED = 20261123
MOMENTS = 10


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    sample = generate(companies=100, seed=23, roughness=1.5)
    one = Served(installed(tmp_path_factory.mktemp("served"), sample)).start()
    yield one
    one.stop()
    assert one.living() == {}


@pytest.mark.parametrize("nth", range(MOMENTS))
def test_killed_at_a_random_moment(served: Served, nth: int) -> None:
    chance = random.Random(SEED + nth)
    run = served.trigger()
    time.sleep(chance.uniform(0, 15))
    living = served.living()
    wanted = chance.sample(["service", "server", "worker", run], k=chance.randint(1, 4))
    for part in wanted:
        if part in living and served.pid(part):
            served.kill(part)
    if "service" in wanted:
        served.process.wait(10)
        served.start()
    assert served.ended(run)["type"] in ENDED
    killed = datetime.now(UTC).replace(tzinfo=None)
    assert served.ended(served.trigger())["type"] == "COMPLETED"
    assert served.going_on() == []
    with duckdb.connect(str(served.places.warehouse), read_only=True) as con:
        last = con.execute("SELECT max(published_at) FROM publications").fetchall()[0][0]
    assert last > killed


def test_at_the_end_it_stops_and_leaves_nothing(served: Served) -> None:
    assert served.stop(signal.SIGTERM) == 0
    assert served.living() == {}
    served.start()
