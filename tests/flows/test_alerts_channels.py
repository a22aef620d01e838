"""Where alerts go: what the settings say, what is refused without being shown, how it is kept."""

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.alerts.channels import Channels, Mail, channels
from flows.alerts.sealing import seal, unseal
from flows.settings import Settings, settings
from transforms.errors import InputError, MachineError

SECRET = "jonquille-du-soir"
SMTP = f"smtp://alliage:{SECRET}%40@courriel.exemple.fr"


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    monkeypatch.setenv("ALLIAGE_PREFECT_HOME", str(tmp_path / "prefect"))
    settings.cache_clear()
    yield tmp_path / "prefect"
    settings.cache_clear()


def given(monkeypatch: pytest.MonkeyPatch, chosen: dict[str, str]) -> Settings:
    for name, value in chosen.items():
        monkeypatch.setenv(f"ALLIAGE_ALERT_{name}", value)
    return Settings()


def test_without_settings_nothing_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    assert channels(given(monkeypatch, {})) is None
    assert channels(given(monkeypatch, {"SLACK": " ", "EMAIL": "", "SMTP": ""})) is None


def test_every_way_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    hook = f"https://accueil.exemple.fr/{SECRET}"
    found = channels(
        given(
            monkeypatch,
            {"EMAIL": "a@exemple.fr; Équipe <b@exemple.fr>", "SMTP": SMTP}
            | dict.fromkeys(("SLACK", "TEAMS", "WEBHOOK"), hook),
        )
    )
    assert found
    assert (found.slack, found.teams, found.webhook) == (hook, hook, hook)
    assert found.mail
    assert found.mail.recipients == ("a@exemple.fr", "b@exemple.fr")
    assert (found.mail.sender, found.mail.port, found.mail.login) == (
        "a@exemple.fr",
        587,
        ("alliage", f"{SECRET}@"),
    )
    assert found.told() == ("courriel (2 destinataires)", "Slack", "Teams", "webhook")


SENDERS = {
    "the user, if it is an address": ({"SMTP": "smtps://moi%40exemple.fr:x@c.exemple.fr"}, "moi@exemple.fr"),
    "the one that is given": ({"SMTP": SMTP, "SENDER": "alliage@exemple.fr"}, "alliage@exemple.fr"),
    "else the first who gets it": ({"SMTP": "smtp://localhost:25"}, "a@exemple.fr"),
}


@pytest.mark.parametrize(("chosen", "sender"), SENDERS.values(), ids=SENDERS)
def test_from_whom(chosen: dict[str, str], sender: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = channels(given(monkeypatch, {"EMAIL": "a@exemple.fr", **chosen}))
    assert found
    assert found.mail
    assert found.mail.sender == sender


REFUSED = {
    "no address of the web": {"SLACK": SECRET},
    "another protocol": {"WEBHOOK": f"ftp://exemple.fr/{SECRET}"},
    "no machine": {"TEAMS": f"https:///{SECRET}"},
    "a port that is none": {"WEBHOOK": f"https://exemple.fr:port/{SECRET}"},
    "a server without recipients": {"SMTP": SMTP},
    "recipients without a server": {"EMAIL": f"{SECRET}@exemple.fr"},
    "no server of mail": {"EMAIL": "a@exemple.fr", "SMTP": f"https://{SECRET}@exemple.fr"},
    "a recipient that is none": {"EMAIL": f"a@exemple.fr, {SECRET}", "SMTP": SMTP},
    "a line break": {"EMAIL": f"a@exemple.fr\nBcc:{SECRET}@exemple.fr", "SMTP": SMTP},
    "a sender that is none": {"EMAIL": "a@exemple.fr", "SMTP": SMTP, "SENDER": SECRET},
}


@pytest.mark.parametrize("chosen", REFUSED.values(), ids=REFUSED)
def test_it_is_refused_and_not_shown(chosen: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="ALLIAGE_ALERT_") as refused:
        channels(given(monkeypatch, chosen))
    assert SECRET not in str(refused.value)


def test_settings_show_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    hook = f"https://exemple.fr/{SECRET}"
    chosen = given(monkeypatch, {"SMTP": SMTP} | dict.fromkeys(("SLACK", "TEAMS", "WEBHOOK"), hook))
    assert SECRET not in repr(chosen) + chosen.model_dump_json()


WAYS = Channels(
    mail=Mail(server=SMTP, sender="a@exemple.fr", recipients=("b@exemple.fr",)),
    slack=f"https://exemple.fr/{SECRET}",
)


def test_what_is_sealed_is_read_by_this_installation_alone(home: Path) -> None:
    sealed = seal(WAYS)
    assert SECRET not in sealed
    assert "exemple" not in sealed
    assert unseal(sealed) == WAYS
    assert unseal(seal(WAYS)) == WAYS
    (key,) = home.iterdir()
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    key.unlink()
    with pytest.raises(MachineError):
        unseal(sealed)
    seal(WAYS)
    with pytest.raises(MachineError, match="clé"):
        unseal(sealed)
