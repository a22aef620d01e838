"""Why each record is in its group, in words."""

from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from matching_records import table

from transforms.matching.attachments import attachments
from transforms.matching.link import Linked, link
from transforms.matching.spec import MatchingSpec

SPEC = MatchingSpec.model_validate(
    {
        "blocking": {"rules": [{"name": "name", "keys": ["name"]}, {"name": "phone", "keys": ["phone"]}]},
        "comparisons": [
            {"signal": "name", "kind": "text", "columns": ["name"], "alike": {"near": 0.7},
             "weights": {"same": 6.0, "near": 4.0, "different": -6.0}},
            {"signal": "phone", "kind": "text", "columns": ["phone"],
             "weights": {"same": 3.0, "different": -1.0}},
            {"signal": "badge", "kind": "text", "columns": ["badge"],
             "weights": {"same": 2.0, "different": -0.5}},
        ],
        "prior": -1.0,
    }
)  # fmt: skip


def attached(linked: Linked) -> pd.DataFrame:
    group = linked.groups.to_numpy()
    apart = group[linked.pairs.left] != group[linked.pairs.right]
    return attachments(linked, SPEC, (linked.zone == "review") & apart)


def row(name: str, phone: str | None = None, badge: str | None = None) -> dict[str, Any]:
    return {"name": name, "phone": phone, "badge": badge}


def test_the_best_link_is_told_with_what_weighs_for_and_against_it() -> None:
    found = attached(
        link(table(row("MERIDON", "01", "a"), row("MERIDON", "02", "a"), row("MERIDAN", "02")), SPEC)
    )
    assert found["other"].tolist() == [1, 0, 1]
    assert found["reason"][0] == (
        "rapprochée à 98,5\u202f% : nom (identique, +6,0), badge (identique, +2,0) ; "
        "contre : téléphone (différent, −1,0)"
    )
    assert found["reason"][2] == "rapprochée à 98,5\u202f% : nom (proche, +4,0), téléphone (identique, +3,0)"


def test_a_record_alone_says_so_and_whether_a_person_is_asked() -> None:
    found = attached(link(table(row("MERIDON", "01"), row("TAVIOL", "01", "a"), row("QUORVEX")), SPEC))
    assert found["other"].tolist() == [-1, -1, -1]
    assert found["probability"].isna().all()
    assert found["reason"].tolist() == ["seule : aucune autre fiche ne lui ressemble assez"] * 3


def test_a_record_whose_likeness_is_to_be_judged_says_so() -> None:
    asked = SPEC.model_copy(update={"thresholds": SPEC.thresholds.model_copy(update={"match_from": 0.99})})
    linked = link(table(row("MERIDON", "01"), row("MERIDON", "02"), row("TAVIOL")), asked)
    assert attached(linked)["reason"].tolist() == [
        "seule tant que personne n'a tranché : une ressemblance est à juger",
        "seule tant que personne n'a tranché : une ressemblance est à juger",
        "seule : aucune autre fiche ne lui ressemble assez",
    ]


ROWS = st.lists(
    st.builds(
        row,
        st.sampled_from(["MERIDON", "MERIDAN", "TAVIOL"]),
        st.sampled_from([None, "01", "02", "03"]),
        st.sampled_from([None, "a", "b"]),
    ),
    min_size=1,
    max_size=9,
)


@given(ROWS)
def test_whoever_is_not_alone_is_attached_by_the_best_link_inside_the_group(
    rows: list[dict[str, Any]],
) -> None:
    linked = link(table(*rows), SPEC)
    found, groups = attached(linked), linked.groups.to_numpy()
    ends = [(linked.pairs.left, linked.pairs.right), (linked.pairs.right, linked.pairs.left)]
    for record, (other, probability, reason) in enumerate(found.itertuples(index=False)):
        of = [
            linked.probability[(here == record) & (groups[there] == groups[record])] for here, there in ends
        ]
        inside = np.concatenate(of)
        assert (other >= 0) == ((groups == groups[record]).sum() > 1)
        assert reason.startswith("rapprochée à " if other >= 0 else "seule")
        if other >= 0:
            assert groups[other] == groups[record]
            assert other != record
            assert probability == inside.max()
