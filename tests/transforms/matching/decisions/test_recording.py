"""What may enter the log, what is refused and how, what is taken back."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from decision_words import decision, record

from transforms.errors import InputError
from transforms.matching.decisions.decision import as_frame, standing
from transforms.matching.decisions.known import KnownRecords
from transforms.matching.decisions.log import read_log, writing
from transforms.matching.decisions.proposals import Proposal
from transforms.matching.decisions.recording import Recorded, revoke
from transforms.matching.decisions.recording import record as record_all
from transforms.stewards.words import moment, pseudonym, reason_text

KNOWN = KnownRecords(
    {record(letter): f"E-{letter}" for letter in "abcmn"} | {("south", "37"): "E-s"},
    {record("m"): "732829320", record("n"): "443061841"},
)


def say(state: Path, verdict: str, left: str, right: str, **more: object) -> Recorded:
    force = bool(more.pop("force", False))
    proposal = Proposal.checked(record(left), record(right), verdict, "st-1", **more)  # type: ignore[arg-type]
    (done,) = record_all(state, [proposal], KNOWN, force=force)
    return done


@pytest.mark.parametrize("name", ["st-1", "Camomille", "équipe_2", "7"])
def test_a_pseudonym(name: str) -> None:
    assert pseudonym(f" {name} ") == name


@pytest.mark.parametrize(
    "name",
    ["", "zoe@exemple.fr", "Zoé Exemple", "zoe.exemple", "-x", "0199001234", "x" * 33, "=1+1", "a\nb"],
)
def test_no_pseudonym_and_not_repeated(name: str) -> None:
    with pytest.raises(InputError, match="pseudonyme") as refused:
        pseudonym(name)
    assert not name or name not in str(refused.value)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (None, None),
        ("  ", None),
        ("deux\nlignes\tici", "deux lignes ici"),
        ("=1+1", "=1+1"),
        ("@x", "@x"),
        ("a\x1b[31m\u202eb\x00", "a [31mb"),
        ("l'été « oui »", "l'été « oui »"),
    ],
)
def test_a_reason_is_one_line_without_tricks(given: str | None, kept: str | None) -> None:
    assert reason_text(given) == kept


@pytest.mark.parametrize("reason", ["voir zoe@exemple.fr", "au 01 99 00 12 34", "x" * 501])
def test_a_reason_with_a_contact_or_too_long_is_refused_and_not_repeated(reason: str) -> None:
    with pytest.raises(InputError, match="motif") as refused:
        reason_text(reason)
    assert reason not in str(refused.value)


@pytest.mark.parametrize(
    "text", ["2024-02-01", "2024-02-01T00:00:00Z", "2024-02-01 01:00:00+01:00", "01/02/2024"]
)
def test_moments(text: str) -> None:
    assert moment(text) == datetime(2024, 2, 1, tzinfo=UTC)


def test_no_moment_or_one_to_come() -> None:
    with pytest.raises(InputError, match="ne se lit pas"):
        moment("hier")
    with pytest.raises(InputError, match="futur"):
        Proposal.checked(
            record("a"), record("b"), "same", "st-1", decided_at=datetime.now(UTC) + timedelta(days=1)
        )


def test_a_record_against_itself_is_refused() -> None:
    with pytest.raises(InputError, match="deux fiches"):
        Proposal.checked(record("a"), record("a"), "same", "st-1")


def test_recorded_known_and_replaced(tmp_path: Path) -> None:
    assert say(tmp_path, "same", "a", "b") == Recorded("recorded", "D-0001")
    assert say(tmp_path, "same", "b", "a") == Recorded("known", "D-0001")
    assert say(tmp_path, "different", "b", "a") == Recorded("recorded", "D-0002", replaced="D-0001")
    assert standing(as_frame(read_log(tmp_path).decisions))["decision_id"].tolist() == ["D-0002"]


def test_the_later_word_counts_though_the_clock_was_set_back(tmp_path: Path) -> None:
    ahead = decision(1, "same", "a", "b").model_copy(update={"decided_at": datetime(2100, 1, 1, tzinfo=UTC)})
    with writing(tmp_path) as writer:
        writer.append([ahead])
    say(tmp_path, "different", "a", "b")
    assert standing(as_frame(read_log(tmp_path).decisions))["verdict"].tolist() == ["different"]


def test_an_older_word_does_not_replace_a_newer_one(tmp_path: Path) -> None:
    say(tmp_path, "same", "a", "b")
    done = say(tmp_path, "different", "a", "b", decided_at=datetime(2020, 1, 1, tzinfo=UTC))
    assert done.status == "refused"
    assert "D-0001" in str(done.problem)


REFUSED = {
    "unknown record": ("same", "a", "z", "north:z"),
    "two siren": ("same", "m", "n", "SIREN"),
    "contradiction": ("different", "a", "c", "D-0001, D-0002"),
}


@pytest.mark.parametrize(("verdict", "left", "right", "told"), REFUSED.values(), ids=REFUSED)
def test_refused_unless_forced(tmp_path: Path, verdict: str, left: str, right: str, told: str) -> None:
    say(tmp_path, "same", "a", "b")
    say(tmp_path, "same", "b", "c")
    done = say(tmp_path, verdict, left, right)
    assert (done.status, done.decision_id) == ("refused", None)
    assert told in str(done.problem)
    assert len(read_log(tmp_path).decisions) == 2
    forced = say(tmp_path, verdict, left, right, force=True)
    assert (forced.status, forced.decision_id) == ("recorded", "D-0003")
    assert told in str(forced.problem)


@pytest.mark.parametrize(
    ("wrong", "near"),
    [(("north", "aa"), "north:a"), (("north", "37"), "south:37"), (("est", "1"), "north, south")],
    ids=["a slip", "another network", "no such network"],
)
def test_what_could_be_meant(wrong: tuple[str, str], near: str) -> None:
    with pytest.raises(InputError) as refused:
        KNOWN.require(wrong)
    assert near in (refused.value.expected or "")


def test_without_a_publication_only_force_helps() -> None:
    with pytest.raises(InputError, match="--force"):
        KnownRecords().require(record("a"))


def test_of_a_batch_each_line_stands_on_those_before_it(tmp_path: Path) -> None:
    words = [("same", "a", "b"), ("same", "b", "c"), ("different", "a", "c"), ("same", "a", "c")]
    proposals = [Proposal.checked(record(one), record(two), verdict, "st-1") for verdict, one, two in words]  # type: ignore[arg-type]
    done = record_all(tmp_path, proposals, KNOWN)
    assert [one.status for one in done] == ["recorded", "recorded", "refused", "recorded"]
    assert [one.decision_id for one in read_log(tmp_path).decisions] == ["D-0001", "D-0002", "D-0003"]


def test_taking_back_what_did_not_count_changes_nothing(tmp_path: Path) -> None:
    say(tmp_path, "same", "a", "b")
    say(tmp_path, "different", "a", "b")
    taken = revoke(tmp_path, "D-0001", "st-2")
    assert (taken.changed, taken.again, taken.instead) == (True, None, "D-0002")


@pytest.mark.parametrize("asked", ["D-0002", "d-2", "D2", "d-0002"])
def test_an_id_in_another_case_or_without_zeros(tmp_path: Path, asked: str) -> None:
    say(tmp_path, "same", "a", "b")
    say(tmp_path, "same", "b", "c")
    assert revoke(tmp_path, asked, "st-2").decision.decision_id == "D-0002"


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        (("North", "A"), ("north", "a")),
        (("north", "a"), ("north", "a")),
        (("north", "zz"), ("north", "zz")),
        (("twins", "AB"), ("twins", "AB")),
        (("twins", "aB"), ("twins", "aB")),
    ],
    ids=["another case", "exact", "unknown", "exact of two", "either of two"],
)
def test_the_record_that_is_meant(asked: tuple[str, str], meant: tuple[str, str]) -> None:
    twins = {("twins", "ab"): "E-1", ("twins", "AB"): "E-2"}
    assert KnownRecords({**(KNOWN.companies or {}), **twins}).meant(asked) == meant


def test_a_telephone_number_is_called_one() -> None:
    with pytest.raises(InputError, match="numéro de téléphone"):
        pseudonym("0199001234")


def test_taken_back_once_and_the_earlier_word_counts_again(tmp_path: Path) -> None:
    say(tmp_path, "same", "a", "b")
    say(tmp_path, "different", "a", "b")
    taken = revoke(tmp_path, "D-0002", "st-2", "erreur")
    assert (taken.changed, taken.again) == (True, "D-0001")
    kept = read_log(tmp_path).decisions[1]
    assert (kept.steward, kept.revoked_by, kept.revoked_reason) == ("st-1", "st-2", "erreur")
    assert not revoke(tmp_path, "D-0002", "st-3").changed
    assert read_log(tmp_path).decisions[1].revoked_by == "st-2"
    with pytest.raises(InputError, match="D-0001"):
        revoke(tmp_path, "D-0011", "st-2")


def judge(state: Path, verdict: str, steward: str, known: KnownRecords = KNOWN) -> Recorded:
    proposal = Proposal.checked(record("a"), record("b"), verdict, steward)  # type: ignore[arg-type]
    (done,) = record_all(state, [proposal], known)
    return done


def test_the_word_of_another_steward_is_kept_beside_the_first(tmp_path: Path) -> None:
    judge(tmp_path, "same", "st-1")
    second = judge(tmp_path, "same", "st-2")
    assert (second.status, second.confirmed, second.replaced) == ("recorded", "D-0001", None)
    # Both have said so: a file that is given again adds nothing, whoever's it is.
    assert [judge(tmp_path, "same", one).status for one in ("st-1", "st-2")] == ["known", "known"]
    other = judge(tmp_path, "different", "st-1")
    assert (other.replaced, other.confirmed) == ("D-0002", None)
    assert judge(tmp_path, "same", "st-2").replaced == "D-0003"


def test_a_word_on_a_siren_that_came_since_is_a_new_one(tmp_path: Path) -> None:
    judge(tmp_path, "different", "st-1")
    later = KnownRecords(KNOWN.companies or {}, {record("a"): "732829320", record("b"): "732829320"})
    assert judge(tmp_path, "different", "st-1", later).confirmed == "D-0001"
    assert judge(tmp_path, "different", "st-1", later).status == "known"
    assert [one.sirens for one in read_log(tmp_path).decisions] == ["missing", "same"]
