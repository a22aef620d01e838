"""The service as CI meets it: one server for all, used in a real browser and asked as a program asks."""

import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from pipelines import Places, rows
from playwright.sync_api import expect
from served import LOOPBACK, ON_DEMAND, PASSWORD, Served, publications, sockets, until
from ui import Ui, opened

from flows.serving.surroundings import USER

pytestmark = pytest.mark.slow

TO_JUDGE = "Probabilité à partir de laquelle une paire est à juger"
CHOSEN = "SELECT parameters FROM runs ORDER BY run_id"
WHAT_STAFF_FIND = (
    "fusion de nuit",
    ON_DEMAND,
    "simulation",
    "vérifier un export",
    "restaurer une version",
    "enregistrer des décisions",
    "nettoyage",
)


@pytest.fixture(scope="module")
def served(small_published: Places, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """An installation that has published once and asks for a password."""
    root = tmp_path_factory.mktemp("served", numbered=False)
    shutil.copytree(small_published.root, root, dirs_exist_ok=True)
    one = Served(Places(root), {"ALLIAGE_PASSWORD": PASSWORD}).start()
    yield one
    one.stop()
    assert one.living() == {}


@pytest.fixture(scope="module")
def window(served: Served) -> Iterator[Ui]:
    with opened(served) as one:
        one.log_in(f"{USER}:{PASSWORD}")
        yield one


@pytest.fixture
def ui(window: Ui) -> Iterator[Ui]:
    """The window of all tests; none of them may ask another host, or lack what it asked for."""
    window.problems.clear()
    yield window
    assert window.hosts == {window.served.address.removeprefix("http://")}
    assert window.problems == []


@pytest.fixture
def broken(served: Served, tmp_path: Path) -> Path:
    """A folder of exports of which one is no workbook."""
    raw = shutil.copytree(served.places.raw, tmp_path / "raw")
    (workbook,) = (raw / "numelink").glob("*.xlsx")
    workbook.write_bytes(b"\x00\x01\x02" * 1000)
    return raw


@pytest.mark.parametrize("auth", [None, ("alliage", "autre-mot-de-passe")], ids=["none", "wrong"])
def test_the_password_is_asked_for(served: Served, auth: tuple[str, str] | None) -> None:
    answer = httpx.post(f"{served.address}/api/flow_runs/filter", json={}, auth=auth)
    assert answer.status_code == httpx.codes.UNAUTHORIZED
    assert httpx.get(f"{served.address}/ui-settings").json()["auth"] == "BASIC"


@pytest.mark.parametrize("page", ["/", "/v2/deployments", "/docs", "/api/health"])
def test_pages_may_ask_nobody_but_this_server(served: Served, page: str) -> None:
    policy = httpx.get(served.address + page, follow_redirects=True).headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'self';")
    assert "http" not in policy


def test_staff_find_all_that_they_can_start(ui: Ui, served: Served) -> None:
    until(lambda: all(one["status"] == "READY" for one in served.deployments().values()), 30, "worker")
    ui.deployments()
    for name in WHAT_STAFF_FIND:
        expect(ui.link(name)).to_be_visible()
    ui.picture("deploiements")
    ui.deployment(ON_DEMAND)
    expect(ui.page.get_by_role("main")).to_contain_text("fusion")
    expect(ui.tab("Description")).to_contain_text("Tout peut rester tel quel")


def test_a_form_filled_beyond_its_bounds_is_refused(ui: Ui, served: Served) -> None:
    before = served.ask("POST", "/flow_runs/count", json={})
    ui.form(ON_DEMAND)
    field = ui.page.get_by_label(TO_JUDGE)
    ui.picture("formulaire")
    field.fill("2")
    ui.page.get_by_role("button", name="Submit").click()
    assert field.evaluate("field => field.validity.rangeOverflow")
    assert ui.page.url.partition("?")[0].endswith("/run")
    assert served.ask("POST", "/flow_runs/count", json={}) == before
    # What a program sends is refused by the server itself.
    with pytest.raises(httpx.HTTPStatusError, match=r"409|422"):
        served.trigger(review_from=2)


def test_a_merge_from_the_form_publishes_and_a_second_waits_its_turn(ui: Ui, served: Served) -> None:
    before = publications(served.places)
    ui.form(ON_DEMAND)
    ui.page.get_by_label(TO_JUDGE).fill("0.12")
    first = ui.submit()
    second = served.trigger()
    served.begun(first)
    ends = [end for pid in served.living().values() for end in sockets(pid)]
    assert ends
    assert [end for end in ends if not end.startswith(LOOPBACK)] == []
    ui.ends("Completed")
    ui.tells(first, "Publication : ")
    ui.picture("execution")
    report = ui.report("fusion-rapport", first)
    verdict = report.get_by_role("heading", level=1)
    expect(verdict).to_have_text("Fusion terminée : l'entrepôt est publié.")
    expect(report.get_by_role("heading", name="Étapes")).to_be_attached()
    ui.picture("rapport")
    assert served.ended(second)["type"] == "COMPLETED"
    assert publications(served.places) == before + 2
    chosen = [json.loads(one)["review_from"] for (one,) in rows(served.places.warehouse, CHOSEN)]
    assert chosen[-2:] == [0.12, chosen[0]]
    ran = [served.ask("GET", f"/flow_runs/{run}") for run in (first, second)]
    assert ran[0]["end_time"] <= ran[1]["start_time"]
    log = served.log(first)
    assert log[0].startswith("Lecture des exports")
    assert not [line for line in log if re.search(r"flow run|task run|Worker", line)]


def test_a_simulation_leaves_the_warehouse_as_it_is(ui: Ui, served: Served) -> None:
    before = fingerprint(served.places.warehouse)
    run = ui.start("simulation")
    ui.ends("Completed")
    report = ui.report("simulation-rapport", run)
    expect(report.get_by_role("heading", level=1)).to_contain_text("Simulation : la fusion serait publiée.")
    expect(report).to_contain_text("Rien n'a été publié ni enregistré.")
    ui.picture("simulation")
    assert fingerprint(served.places.warehouse) == before


def fingerprint(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def test_a_broken_export_is_told_in_french(ui: Ui, served: Served, broken: Path) -> None:
    before = fingerprint(served.places.warehouse)
    ui.form(ON_DEMAND)
    ui.page.get_by_label("Dossier des exports").fill(str(broken))
    run = ui.submit()
    ui.ends("Failed")
    wanted = "Ce fichier n'est pas ce que son nom annonce. À faire : "
    expect(ui.tab("Details")).to_contain_text(wanted)
    ui.tells(run, wanted)
    assert not [line for line in served.log(run) if "exception" in line or "\\n" in line]
    ui.picture("echec")
    report = ui.report("fusion-rapport", run)
    expect(report.get_by_role("heading", level=1)).to_contain_text("La fusion a échoué")
    assert fingerprint(served.places.warehouse) == before


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"Origin": "https://ailleurs.example"}, 403),
        ({"Host": "ailleurs.example"}, 400),
        ({}, 200),
    ],
    ids=["a page of elsewhere", "a name that leads here", "a program"],
)
def test_the_server_obeys_no_page_of_elsewhere(headers: dict[str, str], code: int, served: Served) -> None:
    asked = f"{served.address}/api/work_pools/filter"
    answer = httpx.post(asked, json={}, headers=headers, auth=served.auth, timeout=30)
    assert answer.status_code == code
    assert "access-control-allow-origin" not in answer.headers
