"""Who gets in, whose posts are taken, and what browsers are told."""

import stat
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from pipelines import Places
from review_site import PASSWORD, Visitor, log, queue, served, text_of

from review import ended
from review.access import Patience, is_right, proof_of, signing_key
from review.ended import Ended

pytestmark = pytest.mark.slow
PAGES = (
    "/",
    "/paire?gauche=a:b&droite=c:d",
    "/chercher",
    "/decisions",
    "/fusion",
    "/fusion/etat",
    "/aide",
    "/ensemble",
)


@pytest.fixture(scope="module")
def closed(judged_later: Places) -> Iterator[str]:
    """The page with a password; nothing is written there."""
    with served(judged_later, password=PASSWORD) as address:
        yield address


@pytest.fixture
def stranger(closed: str) -> Iterator[Visitor]:
    with Visitor(closed) as found:
        yield found


def entered(visitor: Visitor, password: str) -> httpx.Response:
    page = visitor.client.get("/entrer").text
    token = page.split('name="jeton" value="')[1].split('"')[0]
    return visitor.client.post("/entrer", data={"jeton": token, "mot_de_passe": password})


@pytest.mark.parametrize("page", PAGES)
def test_nothing_is_shown_without_the_password(stranger: Visitor, page: str) -> None:
    assert stranger.get(page).url.path == "/entrer"


@pytest.mark.parametrize(
    "form", ["/juger", "/annuler", "/ensemble", "/retirer", "/detacher", "/corriger", "/fusion"]
)
def test_nothing_is_taken_without_the_password(stranger: Visitor, form: str, judged_later: Places) -> None:
    sent = {
        "gauche": "a:b",
        "droite": "c:d",
        "verdict": "same",
        "decision": "D-0001",
        "id": "E",
        "fiche": "a:b",
    }
    more = {"colonne": "name", "valeur": "x", "jeton": "x"}
    assert stranger.client.post(form, data=sent | more).url.path == "/entrer"
    assert log(judged_later) == ()


def test_the_password_opens(stranger: Visitor) -> None:
    assert entered(stranger, PASSWORD).url.path == "/qui"
    assert stranger.enter().get("/").url.path == "/"
    stranger.post("/sortir")
    assert stranger.get("/").url.path == "/entrer"


def test_wrong_passwords_wait_longer_each_time(judged_later: Places) -> None:
    with served(judged_later, password=PASSWORD) as address, Visitor(address) as guesser:
        codes = [entered(guesser, f"essai-{number}").status_code for number in range(6)]
        assert codes == [403, 403, 403, 403, 429, 429]
        refused = entered(guesser, PASSWORD)
        assert refused.status_code == httpx.codes.TOO_MANY_REQUESTS
        assert int(refused.headers["Retry-After"]) >= 1
        assert PASSWORD not in refused.text


def test_a_session_ends_however_often_it_is_used(
    judged_later: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(judged_later, password=PASSWORD) as address, Visitor(address) as visitor:
        entered(visitor, PASSWORD)
        assert visitor.get("/qui").url.path == "/qui"
        visitor.enter()
        token = visitor.token()
        monkeypatch.setattr("review.site.SESSION_SECONDS", -1)
        assert visitor.get("/qui").url.path == "/entrer"
        # What somebody had typed is given back, because it cannot be sent any more.
        sent = {"id": "E-0000000000", "colonne": "website", "valeur": "", "motif": "", "jeton": token}
        assert visitor.sent("/corriger", sent).url.path == "/entrer"
        ended = visitor.sent("/corriger", sent | {"valeur": "www.exemple.fr", "motif": "vu <b>hier</b>"})
        assert ended.status_code == httpx.codes.FORBIDDEN
        told = text_of(ended)
        assert "Votre session a pris fin" in told
        assert "www.exemple.fr" in told
        assert "vu &lt;b&gt;hier" in ended.text
        assert 'href="/entrer"' in ended.text


def test_a_copied_cookie_opens_nothing_once_its_session_was_left(
    judged_later: Places, tmp_path: Path
) -> None:
    def opened(address: str, cookies: dict[str, str]) -> str:
        return httpx.get(f"{address}/aide", cookies=cookies, follow_redirects=True).url.path

    with (
        served(judged_later, password=PASSWORD, kept_in=tmp_path) as address,
        Visitor(address) as leaving,
        Visitor(address) as staying,
    ):
        for visitor in (leaving, staying):
            entered(visitor, PASSWORD)
            visitor.enter()
        copied, other = dict(leaving.client.cookies), dict(staying.client.cookies)
        assert opened(address, copied) == "/aide"
        leaving.post("/sortir")
        assert opened(address, copied) == "/entrer"
        assert opened(address, other) == "/aide"
    # The next server, with the same key and password, has not forgotten.
    with served(judged_later, password=PASSWORD, kept_in=tmp_path) as address:
        assert opened(address, copied) == "/entrer"
        assert opened(address, other) == "/aide"


def test_sessions_that_were_left_are_remembered_until_they_would_have_run_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Ended(tmp_path, 60).end("une")
    Ended(tmp_path, 60).end("autre")
    with (tmp_path / ended.FILE).open("a") as file:
        file.write("coup")
    again = Ended(tmp_path, 60)
    assert ("une" in again, "autre" in again, "jamais" in again) == (True, True, False)
    assert stat.S_IMODE((tmp_path / ended.FILE).stat().st_mode) == 0o600
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 61)
    assert "une" not in Ended(tmp_path, 60)
    assert (tmp_path / ended.FILE).read_text() == ""


def test_a_session_of_another_password_counts_no_more(judged_later: Places) -> None:
    with served(judged_later, password=PASSWORD) as address, Visitor(address) as visitor:
        entered(visitor, PASSWORD)
        cookie = dict(visitor.client.cookies)
    with served(judged_later, password="une-autre-jonquille") as address:
        answer = httpx.get(address, cookies=cookie, follow_redirects=True)
        assert answer.url.path == "/entrer"


def test_a_session_that_was_changed_counts_no_more(stranger: Visitor, closed: str) -> None:
    entered(stranger, PASSWORD)
    value = stranger.client.cookies["alliage_review"]
    forged = ("A" if value[0] != "A" else "B") + value[1:]
    assert httpx.get(closed, cookies={"alliage_review": forged}, follow_redirects=True).url.path == "/entrer"


def test_the_cookie_is_for_this_page_alone(stranger: Visitor) -> None:
    told = stranger.client.get("/entrer").headers["set-cookie"].lower()
    assert "httponly" in told
    assert "samesite=strict" in told


FOREIGN = {
    "another origin": {"Origin": "https://ailleurs.example"},
    "another port": {"Origin": "http://127.0.0.1:1"},
    "no origin to speak of": {"Origin": "null"},
    "what the browser says": {"Sec-Fetch-Site": "cross-site"},
    "a sister host": {"Sec-Fetch-Site": "same-site"},
}


@pytest.mark.parametrize("headers", FOREIGN.values(), ids=FOREIGN)
def test_posts_of_elsewhere_are_refused(headers: dict[str, str], visitor: Visitor, places: Places) -> None:
    left, right = queue(places)[0]
    sent = {"gauche": left, "droite": right, "verdict": "same", "jeton": visitor.token()}
    answer = visitor.client.post("/juger", data=sent, headers=headers)
    assert (answer.status_code, log(places)) == (httpx.codes.FORBIDDEN, ())


@pytest.mark.parametrize("token", ["", "autre", None], ids=["empty", "another", "none"])
def test_forms_of_elsewhere_are_refused(token: str | None, visitor: Visitor, places: Places) -> None:
    left, right = queue(places)[0]
    sent = {"gauche": left, "droite": right, "verdict": "same"} | ({} if token is None else {"jeton": token})
    answer = visitor.client.post("/juger", data=sent)
    assert answer.status_code in (httpx.codes.FORBIDDEN, httpx.codes.BAD_REQUEST)
    assert log(places) == ()


def test_bodies_without_end_are_refused(visitor: Visitor) -> None:
    answer = visitor.client.post("/juger", content=b"x" * 1_100_000)
    assert answer.status_code == httpx.codes.REQUEST_ENTITY_TOO_LARGE
    assert (
        visitor.client.post("/juger", content=iter([b"x"])).status_code
        == httpx.codes.REQUEST_ENTITY_TOO_LARGE
    )


HOSTS = {
    "its address": ("127.0.0.1", 200),
    "a name of loopback": ("localhost:4201", 200),
    "loopback in IPv6": ("[::1]:4201", 200),
    "a name of elsewhere": ("ailleurs.example", 400),
    "one that leads here": ("127.0.0.1.ailleurs.example", 400),
    "another address": ("192.0.2.7", 400),
    "nonsense": ("a b", 400),
}


@pytest.mark.parametrize(("host", "code"), HOSTS.values(), ids=HOSTS)
def test_only_its_own_names_are_answered(host: str, code: int, closed: str) -> None:
    assert httpx.get(f"{closed}/sante", headers={"Host": host}).status_code == code


@pytest.mark.parametrize("page", ["/entrer", "/nulle-part", "/fixe/keys.js", "/sante"])
def test_browsers_may_load_nothing_from_elsewhere(page: str, closed: str) -> None:
    headers = httpx.get(closed + page).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert "http" not in policy
    assert (headers["X-Content-Type-Options"], headers["X-Frame-Options"]) == ("nosniff", "DENY")
    assert "server" not in headers


def test_no_page_has_scripts_or_styles_of_its_own(visitor: Visitor, places: Places) -> None:
    left, right = queue(places)[0]
    for page in ("/", "/aide", "/fusion", f"/paire?gauche={left}&droite={right}", f"/entreprise?id={left}"):
        text = visitor.get(page).text
        assert "style=" not in text
        assert " on" not in text.replace(" on ", "").replace('="on"', "") or "onclick" not in text
        assert text.count("<script") == 1


def test_the_key_is_made_once_and_is_for_nobody_else(tmp_path: Path) -> None:
    keys: list[str] = []
    threads = [threading.Thread(target=lambda: keys.append(signing_key(tmp_path))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(keys)) == 1
    assert len(keys[0]) >= 32
    assert stat.S_IMODE((tmp_path / "review.key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["review.key"]


def test_a_key_that_is_too_short_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "review.key").write_text("court")
    assert len(signing_key(tmp_path)) >= 32


@pytest.mark.parametrize(("given", "right"), [("a", True), ("b", False), ("", False), ("é\ud800", False)])
def test_passwords(given: str, right: bool) -> None:
    assert is_right(given, "a") is right


def test_proofs_differ_with_password_and_key() -> None:
    assert len({proof_of("a", "k"), proof_of("b", "k"), proof_of("a", "l"), proof_of(None, "k")}) == 4


def test_patience_grows_and_is_of_each_address() -> None:
    patience = Patience()
    waits = []
    for _ in range(7):
        waits.append(round(patience.wait("192.0.2.1")))
        patience.wrong("192.0.2.1")
    assert waits == [0, 0, 0, 0, 2, 4, 8]
    assert patience.wait("192.0.2.2") == 0
    patience.right("192.0.2.1")
    assert patience.wait("192.0.2.1") == 0


def test_a_refusal_does_not_show_a_page(stranger: Visitor) -> None:
    assert "Paires à juger" not in text_of(entered(stranger, "faux"))
