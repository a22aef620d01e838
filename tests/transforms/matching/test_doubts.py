"""An identifier that everything else contradicts: in the members' matching, and in any other."""

from typing import Any

import pytest
from matching_records import members, table
from pydantic import ValidationError

from transforms.matching.causes import causes
from transforms.matching.link import Linked, link
from transforms.matching.members import members_spec
from transforms.matching.spec import MatchingSpec
from transforms.matching.spine import oversized

NUMBER = {"signal": "number", "kind": "identifier", "column": "number"}
OTHERS = [{"signal": name, "kind": "text", "columns": [name]} for name in ("name", "town", "phone")]


def spec(proof: float, against: float = -3.0, **more: Any) -> MatchingSpec:
    """An identifier that weighs `proof` where it is the same, and three texts that weigh `against` if not."""
    weighed = [
        NUMBER | {"weights": {"same": proof, "different": -30.0}},
        *(one | {"weights": {"same": 4.0, "different": against}} for one in OTHERS),
    ]
    rules = [{"name": "number", "keys": ["number"]}]
    return MatchingSpec.model_validate(
        {
            "blocking": {"rules": rules},
            "comparisons": weighed,
            "prior": -1.0,
            "identifiers": ["number"],
            **more,
        }
    )


FIRM = {"number": "17", "name": "MERIDON", "town": "BRELLE", "phone": "01"}
STRANGER = {"number": "17", "name": "TAVIOL", "town": "CORVAN", "phone": "02"}


def seen(linked: Linked, told: MatchingSpec) -> tuple[list[str], list[Any], int]:
    """Zone and reason of each pair, and the number of groups."""
    asked = causes(linked, told, oversized(linked, told.thresholds.largest_group))
    return linked.zone.tolist(), asked.tolist(), linked.groups.nunique()


CONTRADICTED = "même identifiant, mais presque tout le reste diffère"


@pytest.mark.parametrize("proof", [1.0, 9.0, 40.0], ids=["little weight", "some", "any weight"])
def test_an_identifier_that_all_else_contradicts_is_for_a_person(proof: float) -> None:
    told = spec(proof)
    assert seen(link(table(FIRM, STRANGER), told), told) == (["review"], [CONTRADICTED], 2)


@pytest.mark.parametrize(
    "change",
    [{"name": "MERIDON"}, {"town": None, "phone": None}, {"name": None, "town": None, "phone": None}],
    ids=["the name agrees", "one signal alone differs", "nothing else is known"],
)
def test_it_links_where_something_speaks_for_it_or_little_against(change: dict[str, Any]) -> None:
    told = spec(20.0)
    assert seen(link(table(FIRM, STRANGER | change), told), told) == (["match"], [None], 1)


def test_faint_evidence_against_it_is_no_contradiction() -> None:
    told = spec(20.0, against=-1.0)
    assert seen(link(table(FIRM, STRANGER), told), told) == (["match"], [None], 1)


def test_what_two_identifiers_say_of_each_other_is_no_doubt() -> None:
    """The same register number, but another tax number: these are two."""
    tax = {
        "signal": "tax",
        "kind": "identifier",
        "column": "tax",
        "weights": {"same": 9.0, "different": -30.0},
    }
    given = spec(9.0).model_dump()
    told = MatchingSpec.model_validate({**given, "comparisons": [*given["comparisons"], tax]})
    linked = link(table(FIRM | {"tax": "1"}, STRANGER | {"tax": "2"}), told)
    assert seen(linked, told) == (["distinct"], [None], 2)


def test_it_is_so_where_weights_are_learned() -> None:
    names = [f"{chr(65 + at % 26) * 4}{chr(65 + at // 26) * 4}" for at in range(60)]
    listed = [
        {"number": str(at), "name": name, "town": name[:4], "phone": name[4:]}
        for at, name in enumerate(names)
    ]
    pasted = {"number": "7", "name": "QUORVEX", "town": "ZARNIVEL", "phone": "99"}
    learned = {
        "blocking": {"rules": [{"name": "number", "keys": ["number"]}]},
        "comparisons": [NUMBER, *OTHERS],
    }
    told = MatchingSpec.model_validate(learned)
    linked = link(table(*listed, *listed, pasted), told)
    asked = causes(linked, told, oversized(linked, told.thresholds.largest_group))
    doubts = {
        frozenset((int(left), int(right)))
        for left, right, why in zip(linked.pairs.left, linked.pairs.right, asked, strict=True)
        if why == CONTRADICTED
    }
    assert doubts == {frozenset((7, 120)), frozenset((67, 120))}
    assert linked.groups[7] == linked.groups[67] != linked.groups[120]


def test_the_members_siren_is_no_proof_against_all_the_rest() -> None:
    firm = {"siren": "732829320", "name_core": "MERIDON BOIS", "city_key": "BRELLE", "departement": "01",
            "web_domain": "meridon.example", "phone": "+33465710001"}  # fmt: skip
    other = {"siren": "732829320", "name_core": "TAVIOL CONSEIL", "city_key": "CORVAN", "departement": "42",
             "web_domain": "taviol.example", "phone": "+33465710002"}  # fmt: skip
    frame, told = members(firm, other), members_spec()
    assert seen(link(frame, told, frame["source"]), told) == (["review"], [CONTRADICTED], 2)


NEVER_UNSEEN = {"signal": "name", "levels": ["different"], "unless": ["phone"]}


BY_TOWN = {"blocking": {"rules": [{"name": "town", "keys": ["town"]}]}, "prior": 2.0}


@pytest.mark.parametrize(
    ("other", "zone"),
    [
        ({"name": "TAVIOL", "phone": None}, "review"),
        ({"name": "TAVIOL", "phone": "01"}, "match"),
        ({"name": "MERIDON", "phone": None}, "match"),
        ({"name": None, "phone": None}, "match"),
    ],
    ids=["nothing of its own in common", "a telephone in common", "a name in common", "no name"],
)
def test_what_neighbours_have_in_common_is_for_a_person(other: dict[str, Any], zone: str) -> None:
    told = spec(9.0, never_unseen=[NEVER_UNSEEN], **BY_TOWN)
    frame = table(FIRM | {"number": None}, {"number": None, "town": "BRELLE"} | other)
    cause = "probable, mais par des traits que des voisines partagent aussi" if zone == "review" else None
    assert seen(link(frame, told), told) == ([zone], [cause], 2 if zone == "review" else 1)
    assert set(link(frame, spec(9.0, **BY_TOWN)).zone) == {"match"}


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ({"signal": "nom"}, "signal inconnu : nom"),
        ({"unless": ["phone", "fax"]}, "signal inconnu : fax"),
        (
            {"levels": ["other"]},
            "niveau inconnu de « name » : other ; niveaux possibles : missing, different, same",
        ),
    ],
    ids=["signal", "unless", "level"],
)
def test_what_is_never_unseen_must_be_compared(rule: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        spec(9.0, never_unseen=[NEVER_UNSEEN | rule])
