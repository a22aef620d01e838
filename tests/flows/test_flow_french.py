"""Help and usage errors: all words are French, those that Typer adds too."""

import pytest
from flow_commands import Said, call

COMMANDS = ["run", "check", "versions", "restore", "diff", "match", "decide", "explain", "simulate", "clean"]
ENGLISH = (
    *(
        "Usage",
        "Options:",
        "Commands",
        "Show this",
        "required",
        "default:",
        "PATH",
        "TEXT",
        "<path>",
        "<str>",
    ),
    *(
        "<str>",
        "Error",
        "Missing",
        "No such",
        "Did you mean",
        "Got unexpected",
        "Try ",
        "requires",
        "Invalid",
    ),
)


def said(*arguments: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Said:
    monkeypatch.setenv("COLUMNS", "200")
    return call(*arguments, monkeypatch=monkeypatch, capsys=capsys)


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS)], ids=["alliage", *COMMANDS])
def test_help_is_french(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told = said(*command, "--help", monkeypatch=monkeypatch, capsys=capsys)
    assert told.code == 0
    assert told.out.startswith(f"Utilisation : {' '.join(['alliage', *command])}")
    assert "Options :" in told.out
    assert "Montrer cette aide" in told.out
    assert not [word for word in ENGLISH if word in told.out]


@pytest.mark.parametrize(
    ("command", "usage"),
    [
        ("check", "check [OPTIONS] EXPORT"),
        ("match", "match [OPTIONS] [SPÉCIFICATION] TABLE..."),
        ("diff", "diff [OPTIONS] [A] [B]"),
    ],
    ids=["check", "match", "diff"],
)
def test_the_usage_is_what_people_write(
    command: str, usage: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told = said(command, "--help", monkeypatch=monkeypatch, capsys=capsys)
    assert told.out.splitlines()[0] == f"Utilisation : alliage {usage}"


def test_the_program_alone_shows_its_commands_and_ends_with_two(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told = said(monkeypatch=monkeypatch, capsys=capsys)
    assert (told.code, told.out) == (2, "")
    assert "Commandes :" in told.err
    assert all(f"  {name} " in told.err for name in COMMANDS)


MISUSED = {
    "unknown command": (["matc"], "commande inconnue : matc", "match", "alliage --help"),
    "a command unlike any": (["zzz"], "commande inconnue : zzz", None, "alliage --help"),
    "unknown option": (["run", "--jso"], "option inconnue : --jso", "--json", "alliage run --help"),
    "an option unlike any": (["run", "-Z"], "option inconnue : -Z", None, "alliage run --help"),
    "no option": (["match", "a.yml", "a.csv"], "l'option --out manque", None, "alliage match --help"),
    "no argument": (["check"], "il manque : EXPORT", None, "alliage check --help"),
    "an option without its value": (
        ["run", "--raw"], "rien après l'option --raw", None, "alliage --help"),
    "a value where there is none": (
        ["run", "--json=3"], "une valeur donnée à l'option --json, qui n'en a pas", None, "alliage --help"),
    "a word more": (["versions", "x"], "un mot de trop : x", None, "alliage versions --help"),
    "two words more": (["versions", "x", "y"], "un mot de trop : x y", None, "alliage versions --help"),
}  # fmt: skip


@pytest.mark.parametrize(("arguments", "found", "meant", "help_"), MISUSED.values(), ids=MISUSED)
def test_misuse_is_told_in_french(
    arguments: list[str],
    found: str,
    meant: str | None,
    help_: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = said(*arguments, monkeypatch=monkeypatch, capsys=capsys)
    assert (told.code, told.out) == (2, "")
    assert f"Trouvé : {found}\n" in told.err
    assert ("peut-être" in told.err) == (meant is not None)
    assert (meant or "") in told.err
    assert told.err.rstrip().endswith(f"À faire : voir {help_}")
    assert not [word for word in ENGLISH if word in told.err]


def test_misuse_is_an_object_for_programs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told = said("check", "--json", monkeypatch=monkeypatch, capsys=capsys)
    assert told.code == told.json["error"]["exit_code"] == 2
    assert told.json["error"]["found"] == "il manque : EXPORT"
