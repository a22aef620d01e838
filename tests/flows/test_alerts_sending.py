"""Messages are taken by every way, or it is said why not, without an address."""

import json
from collections.abc import Iterator

import pytest
from receivers import Hooks, Mails, hooks, mails
from served import free_port

from flows.alerts import sending
from flows.alerts.channels import Channels, Mail

SECRET = "jonquille-du-soir"
SUBJECT = "Alliage : échec — fusion <de nuit>"
BODY = "L'export « été & hiver.csv » manque. À faire : le déposer.\n\nLien : http://127.0.0.1:4200/runs"


@pytest.fixture
def hook() -> Iterator[Hooks]:
    with hooks() as found:
        yield found


@pytest.fixture
def mail() -> Iterator[Mails]:
    with mails() as found:
        yield found


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "_PAUSES", (0.01, 0.01))


def by_mail(port: int, login: str = "") -> Channels:
    return Channels(
        mail=Mail(
            server=f"smtp://{login}127.0.0.1:{port}",
            sender="alliage@exemple.fr",
            recipients=("a@exemple.fr", "b@exemple.fr"),
        )
    )


def test_each_gets_its_own_form(hook: Hooks) -> None:
    ways = Channels(slack=hook.at("/slack"), teams=hook.at("/teams"), webhook=hook.at("/autre"))
    assert sending.send(ways, SUBJECT, BODY) == []
    came = dict(hook.came)
    assert came["/slack"]["text"].startswith("*Alliage : échec — fusion &lt;de nuit&gt;*\nL'export")
    assert "été &amp; hiver.csv" in came["/slack"]["text"]
    assert came["/autre"] == {"title": SUBJECT, "text": f"{SUBJECT}\n\n{BODY}"}
    (card,) = came["/teams"]["attachments"]
    texts = [block["text"] for block in card["content"]["body"]]
    assert texts[0] == SUBJECT
    assert texts[1] == BODY.splitlines()[0]
    assert texts[2] == "Lien : [http://127.0.0.1:4200/runs](http://127.0.0.1:4200/runs)"


def test_mail_is_plain_french_text_to_all(mail: Mails) -> None:
    assert sending.send(by_mail(mail.port, "alliage:mot%40de%20passe@"), SUBJECT, BODY) == []
    (came,) = mail.came
    assert came["Subject"] == SUBJECT
    assert came["To"] == "a@exemple.fr, b@exemple.fr"
    assert came["From"] == "alliage@exemple.fr"
    assert came["Date"]
    assert came.get_content_type() == "text/plain"
    assert came.get_content().replace("\r\n", "\n").strip() == BODY
    assert len(mail.logins) == 1


@pytest.mark.parametrize("farewell", ["421 trop tard", ""], ids=["in a bad way", "at once"])
def test_mail_that_was_taken_is_not_sent_again(farewell: str, mail: Mails) -> None:
    mail.farewell = farewell
    assert sending.send(by_mail(mail.port), SUBJECT, BODY) == []
    assert len(mail.came) == 1


def test_a_recipient_that_is_refused_is_told_and_the_others_get_it_once(mail: Mails) -> None:
    mail.refused = {"b@exemple.fr"}
    (problem,) = sending.send(by_mail(mail.port), SUBJECT, BODY)
    assert "1 destinataire" in problem
    assert "exemple.fr" not in problem
    assert len(mail.came) == 1


@pytest.mark.parametrize(
    ("answers", "tries", "delivered"),
    [
        ([503], 2, True),
        ([503, 429], 3, True),
        ([503, 503, 503], 3, False),
        ([404], 1, False),
        ([504], 1, False),
    ],
    ids=["busy for a moment", "busy twice", "busy for good", "gone", "taken perhaps"],
)
def test_what_may_pass_is_tried_again(hook: Hooks, answers: list[int], tries: int, delivered: bool) -> None:
    last = answers[-1]
    hook.answers = answers
    problems = sending.send(Channels(slack=hook.at(f"/{SECRET}")), SUBJECT, BODY)
    assert len(hook.came) == tries
    assert problems == ([] if delivered else [f"Slack : refusé par celui qui reçoit (HTTP {last})"])


def test_nobody_there_is_told_without_the_address(hook: Hooks) -> None:
    port = free_port()
    ways = by_mail(port, f"alliage:{SECRET}@").model_copy(
        update={"teams": f"http://127.0.0.1:{port}/{SECRET}", "webhook": hook.at("/autre")}
    )
    problems = sending.send(ways, SUBJECT, BODY)
    assert [problem.partition(" : ")[0] for problem in problems] == ["courriel", "Teams"]
    assert SECRET not in json.dumps(problems)
    assert str(port) not in json.dumps(problems)
    assert len(hook.came) == 1


def test_a_password_does_not_leave_unencrypted(mail: Mails, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "_is_here", lambda host: False)
    (problem,) = sending.send(by_mail(mail.port, f"alliage:{SECRET}@"), SUBJECT, BODY)
    assert "n'est pas envoyé" in problem
    assert (mail.came, mail.logins) == ([], [])
