"""Internet domains of members, of web sites and of e-mail addresses, and free-mail addresses."""

from typing import Any

import pytest
from matching_records import members, pairs_of, said, signal

FREE = {"email": "x@gmail.com", "email_domain": "gmail.com", "is_free_mail": True}


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        pytest.param({"web_domain": "a.example"}, {"web_domain": "a.example"}, "same", id="one site"),
        pytest.param({"web_domain": "a.example"}, {"email_domain": "a.example"}, "same", id="web and mail"),
        pytest.param({"email_domain": "a.example"}, {"web_domain": "a.example"}, "same", id="mail and web"),
        pytest.param({"web_domain": "meridon.fr"}, {"web_domain": "meridon.com"}, "alike", id="endings"),
        pytest.param({"web_domain": "ab-meridon.fr"}, {"web_domain": "abmeridon.fr"}, "alike", id="hyphen"),
        pytest.param({"web_domain": "meridon.fr"}, {"web_domain": "merridon.fr"}, "alike", id="typo"),
        pytest.param({"web_domain": "meridon.fr"}, {"web_domain": "taviol.fr"}, "different", id="other"),
        pytest.param(
            {"web_domain": "taviol.fr", "email_domain": "meridon.fr"},
            {"web_domain": "meridon.fr"},
            "same",
            id="the best of both",
        ),
        pytest.param({"web_domain": "meridon.fr"}, {}, "missing", id="missing"),
        pytest.param(FREE, FREE, "missing", id="free mail says nothing"),
        pytest.param({"web_domain": "meridon.fr"}, FREE, "missing", id="free mail beside a site"),
    ],
)
def test_levels(left: dict[str, Any], right: dict[str, Any], level: str) -> None:
    frame = members(left, right)
    domain = signal("domain")
    assert said(domain, pairs_of(frame)) == said(domain, pairs_of(frame, (1, 0))) == [level]


def test_a_site_that_many_records_share_loses_its_meaning() -> None:
    shared = {"web_domain": "meridon.fr", "email_domain": "meridon.fr"}
    assert said(signal("domain"), pairs_of(members(*[shared] * 5))) == ["same"]
    assert said(signal("domain"), pairs_of(members(*[shared] * 6))) == ["shared"]


@pytest.mark.parametrize(
    ("other", "level"),
    [
        pytest.param(FREE, "same", id="whole free-mail address"),
        pytest.param(FREE | {"email": "y@gmail.com"}, "different", id="another box"),
        pytest.param({"email": "x@meridon.fr", "email_domain": "meridon.fr"}, "missing", id="own domain"),
    ],
)
def test_free_mail_addresses_count_whole(other: dict[str, Any], level: str) -> None:
    assert said(signal("email"), pairs_of(members(FREE, other))) == [level]
