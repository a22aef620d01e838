"""`alliage alerts` and `alliage serve` say in French what keeps alerts from being set up, and no secret."""

from pathlib import Path

import pytest
from flow_commands import start
from served import free_port

pytestmark = pytest.mark.slow
SECRET = "jonquille-du-soir"

CASES: dict[str, tuple[tuple[str, ...], dict[str, str], int, str]] = {
    "no service": (("alerts",), {}, 4, "lancer make serve"),
    "nowhere to write to": (("alerts", "--set-up"), {}, 2, "ALLIAGE_ALERT_EMAIL"),
    "two wishes": (("alerts", "--remove", "--test"), {}, 2, "--remove ne va avec aucune autre option"),
    "an address that is none": (("alerts",), {"SLACK": SECRET}, 2, "ALLIAGE_ALERT_SLACK"),
    "a service with such an address": (("serve",), {"WEBHOOK": SECRET}, 2, "ALLIAGE_ALERT_WEBHOOK"),
    "an hour that is none": (("serve",), {"DEADLINE": "sept heures"}, 2, "ALLIAGE_ALERT_DEADLINE"),
}


@pytest.mark.parametrize(("arguments", "chosen", "code", "told"), CASES.values(), ids=CASES)
def test_it_says_what_is_missing(
    arguments: tuple[str, ...],
    chosen: dict[str, str],
    code: int,
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("ALLIAGE_PORT", str(free_port()))
    for name, value in chosen.items():
        monkeypatch.setenv(f"ALLIAGE_ALERT_{name}", value)
    said = start(*arguments, prefect_home=tmp_path / "prefect")
    assert said.code == code
    assert told in said.err
    assert "À faire : " in said.err
    assert SECRET not in said.out + said.err
