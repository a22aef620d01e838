"""The alerts of a real service arrive at a receiver: each once, within seconds, and none without a reason."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from flow_commands import PROGRAM, Said
from pipelines import Places
from receivers import Hooks, Mails, hooks, mails
from served import PARTS, Served, until

from flows.alerts import installing
from flows.alerts.automations import ALERTS
from flows.serving.api import Api
from flows.serving.stuck_runs import STOPPED
from flows.settings import settings
from transforms.moments import PARIS

pytestmark = [pytest.mark.slow, pytest.mark.long]
SECRET = "jonquille-du-soir"
PASSWORD = "primevere-du-matin-7"
SECONDS = 60
DAYS = 50


@pytest.fixture(scope="module")
def mail() -> Iterator[Mails]:
    with mails() as found:
        yield found


@pytest.fixture(scope="module")
def hook() -> Iterator[Hooks]:
    with hooks() as found:
        yield found


@pytest.fixture(scope="module")
def served(
    small_published: Places, hook: Hooks, mail: Mails, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """A service whose last publication is weeks old, and whose morning has just begun."""
    places = Places(shutil.copytree(small_published.root, tmp_path_factory.mktemp("alerts") / "installation"))
    put_back(places, timedelta(days=DAYS))
    chosen = {
        "ALLIAGE_PASSWORD": PASSWORD,
        "ALLIAGE_PUBLIC_URL": "https://alliage.exemple.fr/",
        "ALLIAGE_ALERT_SLACK": hook.at(f"/{SECRET}"),
        "ALLIAGE_ALERT_EMAIL": "equipe@exemple.fr",
        "ALLIAGE_ALERT_SMTP": f"smtp://alliage:{SECRET}@127.0.0.1:{mail.port}",
        "ALLIAGE_ALERT_DEADLINE": f"{datetime.now(PARIS) + timedelta(seconds=30):%H:%M:%S}",
    }
    one = Served(places, chosen).start()
    yield one
    one.stop()
    assert one.living() == {}


def put_back(places: Places, by: timedelta) -> None:
    """Make the runs of the log those of long ago."""
    log = places.state / "runs.jsonl"
    runs = [json.loads(line) for line in log.read_text().splitlines()]
    for run in runs:
        for moment in ("started_at", "ended_at"):
            run[moment] = (datetime.fromisoformat(run[moment]) - by).isoformat()
    log.write_text("".join(f"{json.dumps(run)}\n" for run in runs))


def alerts(served: Served, *options: str) -> Said:
    done = subprocess.run(
        [PROGRAM, "alerts", *options], env=served.environment, capture_output=True, text=True, timeout=150
    )
    return Said(done.returncode, done.stdout, done.stderr)


class Inbox:
    """What has come since the last look, at both receivers."""

    def __init__(self, hook: Hooks, mail: Mails) -> None:
        self._hook, self._mail = hook, mail

    def took(self, count: int) -> list[str]:
        """The next `count` messages, the same by both ways, in the order of their titles."""
        until(lambda: len(self._hook.came) >= count and len(self._mail.came) >= count, SECONDS, "alert")
        texts = sorted(content["text"].replace("*", "") for _, content in self._hook.came)
        letters = sorted(f"{one['Subject']}\n{one.get_content()}" for one in self._mail.came)
        assert [text.split() for text in texts] == [letter.split() for letter in letters]
        assert len(texts) == count
        self._hook.came.clear()
        self._mail.came.clear()
        return texts


@pytest.fixture(scope="module")
def inbox(hook: Hooks, mail: Mails) -> Inbox:
    return Inbox(hook, mail)


def test_silence_and_an_unchanged_export_are_told_at_the_hour_once(served: Served, inbox: Inbox) -> None:
    silence, *rest = inbox.took(2)
    assert silence.startswith("Alliage : aucune publication ce matin\nAucune fusion n'a publié avant ")
    assert "À faire : " in silence.splitlines()[1]
    assert rest[0].startswith("Alliage : un export n'a pas changé\nL'export adherents_clustr")
    assert rest[0].count(f"n'a pas changé depuis {DAYS} jours : en demander un nouveau au réseau") == 2
    assert "Lien : https://alliage.exemple.fr/runs" in silence


def test_they_are_shown_and_tried_out_without_their_addresses(served: Served, inbox: Inbox) -> None:
    tried = alerts(served, "--test")
    assert tried.code == 0, tried.err
    assert "courriel (1 destinataire), Slack" in tried.out
    assert tried.out.count(" active") == len(ALERTS)
    assert "Le message d'essai est remis." in tried.out
    (trial,) = inbox.took(1)
    assert trial.startswith("Alliage : message d'essai\nCeci est un essai")


def test_a_failure_is_told(served: Served, inbox: Inbox, tmp_path: Path) -> None:
    run = served.trigger(raw=str(tmp_path / "nulle-part"))
    assert served.ended(run)["name"] == "Failed"
    (failure,) = inbox.took(1)
    lines = failure.splitlines()
    assert lines[0].startswith("Alliage : échec — fusion du ")
    assert lines[1].startswith("Le dossier des exports n'existe pas. À faire : ")
    assert f"Lien : https://alliage.exemple.fr/runs/flow-run/{run}" in lines


def test_a_refusal_is_told_as_one(served: Served, inbox: Inbox) -> None:
    (export,) = (served.places.raw / "clustr").iterdir()
    whole = export.read_bytes()
    export.write_bytes(b"".join(whole.splitlines(keepends=True)[:20]))
    run = served.trigger()
    state = served.ended(run)
    assert (state["type"], state["name"]) == ("FAILED", "Refusée")
    export.write_bytes(whole)
    (refusal,) = inbox.took(1)
    lines = refusal.splitlines()
    assert lines[0].startswith("Alliage : publication refusée — fusion du ")
    assert "À faire : " in lines[1]
    assert "L'entrepôt d'avant reste en service." in lines
    assert f"Lien : https://alliage.exemple.fr/runs/flow-run/{run}" in lines


@pytest.mark.long
def test_a_publication_is_not_told_and_a_run_that_is_killed_once(served: Served, inbox: Inbox) -> None:
    assert served.ended(served.trigger())["type"] == "COMPLETED"
    run = served.trigger()
    served.begun(run)
    served.kill(run)
    (killed,) = inbox.took(1)
    assert killed.startswith("Alliage : exécution interrompue — fusion du ")
    assert STOPPED in killed


def test_what_nobody_takes_is_told_and_breaks_nothing(served: Served, inbox: Inbox, hook: Hooks) -> None:
    hook.answers = [404]
    lost = alerts(served, "--test")
    assert lost.code == 4
    assert "Slack : refusé par celui qui reçoit (HTTP 404)" in lost.err
    log = (served.home / "logs" / "server.log").read_text()
    assert "Alerte non remise (Alliage : message d'essai). Slack : refusé" in log
    inbox.took(1)
    assert all(served.pid(part) for part in PARTS)


def test_putting_them_again_doubles_nothing_and_switches_nothing_on(served: Served, inbox: Inbox) -> None:
    off = next(one for one in ours(served) if one["name"].endswith("export inchangé"))
    httpx.patch(
        f"{served.address}/api/automations/{off['id']}", json={"enabled": False}, auth=served.auth
    ).raise_for_status()
    before = {one["id"] for one in ours(served)}
    again = alerts(served, "--set-up")
    assert again.code == 0, again.err
    assert {one["id"] for one in ours(served)} == before
    assert len(before) == len(ALERTS)
    assert [one["name"] for one in ours(served) if not one["enabled"]] == [off["name"]]


def test_a_start_without_settings_keeps_what_is_there(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = ours(served)
    for name, value in served.environment.items():
        if name.startswith("ALLIAGE_") and "ALERT" not in name:
            monkeypatch.setenv(name, value)
    settings.cache_clear()
    try:
        assert installing.put(Api(), None)
    finally:
        settings.cache_clear()
    assert [one["id"] for one in ours(served)] == [one["id"] for one in before]
    assert [one["actions"] for one in ours(served)] == [one["actions"] for one in before]


def test_no_secret_is_to_be_read_anywhere(served: Served) -> None:
    block = "/block_types/slug/alliage-alerts/block_documents/name/alliage-alertes?include_secrets=true"
    assert SECRET not in json.dumps(served.ask("GET", block))
    files = [path for path in served.home.rglob("*") if path.is_file()]
    assert [path for path in files if SECRET.encode() in path.read_bytes()] == []
    assert SECRET not in served.said
    for pid in served.living().values():
        assert SECRET not in Path(f"/proc/{pid}/cmdline").read_text()


def test_they_are_removed(served: Served, hook: Hooks) -> None:
    assert "retirées" in alerts(served, "--remove").out
    assert ours(served) == []
    assert "Aucune alerte n'est posée" in alerts(served).out
    assert "Il n'y avait pas d'alertes" in alerts(served, "--remove").out
    assert hook.came == []


def ours(served: Served) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = served.ask("POST", "/automations/filter", json={})
    return [one for one in found if one["tags"] == ["alliage-alertes"]]
