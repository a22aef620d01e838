"""What the service refuses before it starts, and what it hands to its parts."""

import socket
from collections.abc import Iterator

import pytest
from served import free_port

from flows.serving.checks import check_settings, require_free_ports
from flows.serving.surroundings import address, api_url, is_loopback, names, surroundings
from flows.settings import settings
from transforms.errors import InputError, MachineError

SECRET = "jonquille-du-soir-42"


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    settings.cache_clear()
    yield monkeypatch
    settings.cache_clear()


REFUSED = {
    "open to all without a password": {"HOST": "0.0.0.0"},
    "open to the network without a password": {"HOST": "192.0.2.7"},
    "open to all with an empty password": {"HOST": "0.0.0.0", "PASSWORD": ""},
    "a short password": {"PASSWORD": "court"},
    "an accent, which browsers send otherwise": {"PASSWORD": "forêt-de-sapins-9"},
    "another kind of database": {"DATABASE": f"mysql://alliage:{SECRET}@localhost/alliage"},
    "no address of a database": {"DATABASE": SECRET},
}


@pytest.mark.parametrize("chosen", REFUSED.values(), ids=REFUSED)
def test_it_is_refused_and_no_secret_is_shown(chosen: dict[str, str], given: pytest.MonkeyPatch) -> None:
    for name, value in chosen.items():
        given.setenv(f"ALLIAGE_{name}", value)
    with pytest.raises(InputError) as refused:
        check_settings()
    secrets = [value for name, value in chosen.items() if name != "HOST" and value]
    assert not [value for value in (*secrets, SECRET) if value in str(refused.value)]


ACCEPTED = {
    "nothing said": {},
    "an empty password here": {"PASSWORD": ""},
    "another loopback address": {"HOST": "127.0.0.2"},
    "loopback in IPv6": {"HOST": "::1"},
    "a name": {"HOST": "localhost"},
    "open to all with a password": {"HOST": "0.0.0.0", "PASSWORD": SECRET},
    "PostgreSQL": {"DATABASE": "postgresql://alliage:secret@localhost:5432/alliage"},
}


@pytest.mark.parametrize("chosen", ACCEPTED.values(), ids=ACCEPTED)
def test_it_is_accepted(chosen: dict[str, str], given: pytest.MonkeyPatch) -> None:
    for name, value in chosen.items():
        given.setenv(f"ALLIAGE_{name}", value)
    check_settings()


@pytest.mark.parametrize(
    ("host", "alone"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("serveur", False),
    ],
)
def test_what_is_loopback(host: str, alone: bool) -> None:
    assert is_loopback(host) == alone


@pytest.mark.parametrize(
    ("host", "told", "asked"),
    [
        ("127.0.0.1", "http://127.0.0.1:4201", "http://127.0.0.1:4201/api"),
        ("0.0.0.0", "http://0.0.0.0:4201", "http://127.0.0.1:4201/api"),
        ("::1", "http://[::1]:4201", "http://[::1]:4201/api"),
    ],
)
def test_addresses(host: str, told: str, asked: str, given: pytest.MonkeyPatch) -> None:
    given.setenv("ALLIAGE_HOST", host)
    given.setenv("ALLIAGE_PORT", "4201")
    assert (address(), api_url()) == (told, asked)


def test_the_parts_see_their_own_server_whatever_the_environment_says(given: pytest.MonkeyPatch) -> None:
    given.setenv("PREFECT_API_URL", "https://ailleurs.example/api")
    given.setenv("PREFECT_API_KEY", "une-clé")
    given.setenv("PREFECT_SERVER_ANALYTICS_ENABLED", "true")
    found = surroundings()
    assert found["PREFECT_API_URL"] == "http://127.0.0.1:4200/api"
    assert "PREFECT_API_KEY" not in found
    assert "PREFECT_API_AUTH_STRING" not in found
    assert found["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, "127.0.0.1,localhost,::1,192.0.2.7"),
        ("maison.example", "maison.example,127.0.0.1,localhost,::1,192.0.2.7"),
    ],
    ids=["nothing said", "something said"],
)
def test_our_own_address_is_never_asked_of_a_proxy(
    before: str | None, after: str, given: pytest.MonkeyPatch
) -> None:
    given.setenv("ALLIAGE_HOST", "192.0.2.7")
    given.delenv("no_proxy", raising=False)
    given.delenv("NO_PROXY", raising=False)
    if before:
        given.setenv("NO_PROXY", before)
    found = surroundings()
    assert found["NO_PROXY"] == found["no_proxy"] == after


def test_people_are_told_the_address_that_they_open(given: pytest.MonkeyPatch) -> None:
    given.setenv("ALLIAGE_PUBLIC_URL", "https://alliage.exemple.fr/")
    assert (address(), api_url()) == ("https://alliage.exemple.fr", "http://127.0.0.1:4200/api")


def test_other_origins_are_ours_only_where_they_are_told(given: pytest.MonkeyPatch) -> None:
    assert surroundings()["PREFECT_SERVER_CORS_ALLOWED_ORIGINS"] == "http://127.0.0.1:4200"
    given.setenv("ALLIAGE_PUBLIC_URL", "https://alliage.exemple.fr/")
    settings.cache_clear()
    assert surroundings()["PREFECT_SERVER_CORS_ALLOWED_ORIGINS"] == "https://alliage.exemple.fr"
    assert names() == ["127.0.0.1", "alliage.exemple.fr"]


def test_secrets_reach_the_parts(given: pytest.MonkeyPatch) -> None:
    given.setenv("ALLIAGE_PASSWORD", SECRET)
    given.setenv("ALLIAGE_DATABASE", "postgresql://alliage:s%40cret@base/alliage")
    found = surroundings()
    assert found["PREFECT_SERVER_API_AUTH_STRING"] == found["PREFECT_API_AUTH_STRING"] == f"alliage:{SECRET}"
    assert (
        found["PREFECT_SERVER_DATABASE_CONNECTION_URL"]
        == "postgresql+asyncpg://alliage:s%40cret@base/alliage"
    )


@pytest.mark.parametrize("setting", ["ALLIAGE_PORT", "ALLIAGE_REVIEW_PORT"])
def test_a_taken_port_is_told(setting: str, given: pytest.MonkeyPatch) -> None:
    given.setenv("ALLIAGE_PORT", str(free_port()))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        given.setenv(setting, str(taken.getsockname()[1]))
        with pytest.raises(MachineError, match=setting):
            require_free_ports()


def test_one_port_for_both_is_refused(given: pytest.MonkeyPatch) -> None:
    given.setenv("ALLIAGE_REVIEW_PORT", "4200")
    with pytest.raises(InputError, match="ALLIAGE_REVIEW_PORT"):
        require_free_ports()


def test_a_foreign_address_is_told(given: pytest.MonkeyPatch) -> None:
    given.setenv("ALLIAGE_HOST", "192.0.2.7")
    with pytest.raises(MachineError, match=r"192\.0\.2\.7"):
        require_free_ports()


def test_no_name_stands_for_all_names(given: pytest.MonkeyPatch) -> None:
    given.setenv("ALLIAGE_REVIEW_NAMES", '["*"]')
    with pytest.raises(InputError, match="page des gestionnaires"):
        check_settings()
