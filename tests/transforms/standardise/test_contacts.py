import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.refusals import refusal
from transforms.standardise.contacts import standardise_emails, standardise_phones, standardise_websites

TEXT = st.one_of(
    st.text(max_size=40),
    st.text(alphabet="0123456789+(). -/;orEe,", max_size=40),
    st.text(alphabet="abw.@:/-_?# <>()éfrcom", max_size=40),
)


def one(function, text):
    return function(pd.Series([text], index=[7])).iloc[0].tolist()


@pytest.mark.parametrize(
    ("text", "phone", "rule"),
    [
        pytest.param("01 99 00 12 34", "+33199001234", None, id="spaces"),
        pytest.param("01.99.00.12.34", "+33199001234", None, id="dots"),
        pytest.param("01/99/00/12/34", "+33199001234", None, id="slashes"),
        pytest.param("+33 (0)1 99 00 12 34", "+33199001234", None, id="optional-zero"),
        pytest.param("(+33) 1 99 00 12 34", "+33199001234", None, id="code-in-brackets"),
        pytest.param("0033 1 99 00 12 34", "+33199001234", None, id="two-zeros"),
        pytest.param("33199001234", "+33199001234", None, id="plus-lost"),
        pytest.param("199001234", "+33199001234", None, id="zero-lost"),
        pytest.param("Tél : 01 99 00 12 34 (standard)", "+33199001234", None, id="labelled"),
        pytest.param("01 99 00 12 34 poste 12", "+33199001234", None, id="extension"),
        pytest.param("01.99.00.12.34 / 06 39 98 12 34", "+33199001234", "phone_several", id="two"),
        pytest.param("0199001234 0639981234", "+33199001234", "phone_several", id="two-spaced"),
        pytest.param("01 99 00 12 34 ou 01.99.00.12.34", "+33199001234", None, id="twice-the-same"),
        pytest.param("+32 2 123 45 67", "+3221234567", None, id="belgian"),
        pytest.param("0041 22 345 67 89", "+41223456789", None, id="swiss"),
        pytest.param("0590 12 34 56", "+590590123456", None, id="guadeloupe"),
        pytest.param("00 00 00 00 00", None, "phone_dummy", id="zeros"),
        pytest.param("01 99 00 12 3", None, "phone_invalid", id="digit-missing"),
        pytest.param("3949", None, "phone_invalid", id="short-number"),
        pytest.param("1234567890", None, "phone_invalid", id="ten-digits-without-zero"),
        pytest.param("appeler Zoé", None, "phone_invalid", id="words"),
        pytest.param("3,34657E+10", None, "phone_rounded", id="spreadsheet-power"),
        pytest.param("NC", None, "placeholder", id="placeholder"),
        pytest.param(None, None, None, id="missing"),
    ],
)
def test_phones(text, phone, rule):
    assert one(standardise_phones, text) == [phone, rule]


@pytest.mark.parametrize(
    ("text", "email", "domain", "free", "rule"),
    [
        pytest.param("Contact@Exemple.FR", "contact@exemple.fr", "exemple.fr", False, None, id="case"),
        pytest.param("mailto:a@exemple.fr", "a@exemple.fr", "exemple.fr", False, None, id="mailto"),
        pytest.param("Zoé <zoe@exemple.fr>", "zoe@exemple.fr", "exemple.fr", False, None, id="name"),
        pytest.param("a (at) exemple.fr", "a@exemple.fr", "exemple.fr", False, None, id="at-word"),
        pytest.param("a @ exemple.fr", "a@exemple.fr", "exemple.fr", False, None, id="spaces"),
        pytest.param("a@mail.exemple.fr", "a@mail.exemple.fr", "exemple.fr", False, None, id="sub-domain"),
        pytest.param("atelier-@orange.fr", "atelier-@orange.fr", "orange.fr", True, None, id="free"),
        pytest.param("a@yahoo.co.uk", "a@yahoo.co.uk", "yahoo.co.uk", True, None, id="free-anywhere"),
        pytest.param("etude@notaires.fr", "etude@notaires.fr", None, False, None, id="profession"),
        pytest.param(
            "a@exemple.fr; b@exemple.fr", "a@exemple.fr", "exemple.fr", False, "email_several", id="several"
        ),
        pytest.param("zoe exemple@exemple.fr", None, None, False, "email_invalid", id="half-address"),
        pytest.param("a@exemple", None, None, False, "email_invalid", id="no-ending"),
        pytest.param("www.exemple.fr", None, None, False, "email_invalid", id="website"),
        pytest.param("a..b@exemple.fr", None, None, False, "email_invalid", id="two-dots"),
        pytest.param("a@exemple.con", None, None, False, "email_domain_unknown", id="unknown-ending"),
        pytest.param("?", None, None, False, "placeholder", id="placeholder"),
    ],
)
def test_emails(text, email, domain, free, rule):
    assert one(standardise_emails, text) == [email, domain, free, rule]


@pytest.mark.parametrize(
    ("text", "website", "domain", "rule"),
    [
        pytest.param("www.Exemple.fr", "https://www.exemple.fr", "exemple.fr", None, id="bare"),
        pytest.param("http://exemple.fr/", "https://exemple.fr", "exemple.fr", None, id="http"),
        pytest.param("htpp:/exemple.fr", "https://exemple.fr", "exemple.fr", None, id="misspelt"),
        pytest.param("https://http://exemple.fr", "https://exemple.fr", "exemple.fr", None, id="twice"),
        pytest.param("http:\\\\exemple.fr\\a", "https://exemple.fr/a", "exemple.fr", None, id="backslashes"),
        pytest.param(
            "exemple.fr/Équipe/?id=1#haut", "https://exemple.fr/Équipe", "exemple.fr", None, id="query"
        ),
        pytest.param("www. exemple .fr", "https://www.exemple.fr", "exemple.fr", None, id="spaces"),
        pytest.param("exemple.fr:80", "https://exemple.fr", "exemple.fr", None, id="port"),
        pytest.param("facebook.com/exemple", "https://facebook.com/exemple", None, None, id="network"),
        pytest.param(
            "exemple.wixsite.com/site",
            "https://exemple.wixsite.com/site",
            "exemple.wixsite.com",
            None,
            id="rented",
        ),
        pytest.param(
            "exemple.e-monsite.com",
            "https://exemple.e-monsite.com",
            "exemple.e-monsite.com",
            None,
            id="tenant",
        ),
        pytest.param("www.wix.com/exemple", "https://www.wix.com/exemple", None, None, id="no-tenant"),
        pytest.param(
            "www.exemple.fr et www.exemple.com",
            "https://www.exemple.fr",
            "exemple.fr",
            "website_several",
            id="two",
        ),
        pytest.param("contact@exemple.fr", None, None, "website_is_email", id="email"),
        pytest.param("bientôt en ligne", None, None, "website_invalid", id="words"),
        pytest.param("http://10.0.0.1/", None, None, "website_domain_unknown", id="address-of-a-machine"),
        pytest.param("exemple.con", None, None, "website_domain_unknown", id="unknown-ending"),
        pytest.param("aucun", None, None, "placeholder", id="placeholder"),
    ],
)
def test_websites(text, website, domain, rule):
    assert one(standardise_websites, text) == [website, domain, rule]


@given(st.lists(TEXT, max_size=5))
def test_whatever_is_read_is_read_again_as_itself(texts):
    values = pd.Series(texts, dtype=object, index=range(5, 5 + len(texts)))
    for function in (standardise_phones, standardise_emails, standardise_websites):
        first = function(values)
        assert first.index.equals(values.index)
        read = first[first.iloc[:, 0].notna()]
        again = function(read.iloc[:, 0])
        assert again.iloc[:, :-1].equals(read.iloc[:, :-1])
        assert again.iloc[:, -1].isna().all()


@given(TEXT)
def test_what_is_not_read_has_a_rule(text):
    for function in (standardise_phones, standardise_emails, standardise_websites):
        value, *_, rule = one(function, text)
        assert (value is not None) == (
            rule is None or refusal(rule).severity == "info"
        ) or rule == "placeholder"


@pytest.mark.parametrize(
    "text",
    [
        "Fax : 01 99 00 12 35 Tél : 01 99 00 12 34",
        "Tél. 01 99 00 12 34 / Fax 01 99 00 12 35",
        "Tél/Fax : 01 99 00 12 34",
        "Fax 01 99 00 12 34",
    ],
)
def test_the_telephone_comes_before_the_fax(text):
    assert standardise_phones(pd.Series([text])).iloc[0].tolist() == ["+33199001234", None]


@pytest.mark.parametrize("text", ["x@exemple.fr;", "x@exemple.fr ,", "; x@exemple.fr"])
def test_signs_around_an_address_are_dropped(text):
    assert standardise_emails(pd.Series([text])).iloc[0][["email", "email_rule"]].tolist() == [
        "x@exemple.fr",
        None,
    ]


PLAIN_PHONE = st.from_regex(
    r"(?:|0|\+33|0033)[ .\-]?(?:\(0\))?[ .\-]?[0-9](?:[ .\-/]?[0-9]{2}){4}", fullmatch=True
)


@given(st.lists(PLAIN_PHONE, max_size=30))
def test_a_plain_telephone_is_read_as_one_behind_a_label(texts):
    plain, labelled = (
        standardise_phones(pd.Series(cells, dtype=object))
        for cells in (texts, [f"Tél {text}" for text in texts])
    )
    assert plain.equals(labelled)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Zoe.Essai@Exemple.FR", "zoe.essai@exemple.fr"),
        ("zoe@exemple-.fr", None),
        ("zoe@.exemple.fr", None),
        ("zoe@exemple..fr", None),
        (".zoe@exemple.fr", None),
        ("zoe@localhost", None),
    ],
)
def test_plain_addresses_are_read_as_strictly_as_others(text, address):
    for written in (text, f"<{text}>"):
        assert one(standardise_emails, written)[0] == address
