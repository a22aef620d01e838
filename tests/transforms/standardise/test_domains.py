import tldextract
from hypothesis import given
from hypothesis import strategies as st

from transforms.standardise import domains

LIST = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)
# Endings of one label and of several, with wildcards and exceptions, of renters, in Cyrillic, of none.
ENDINGS = ["fr", "com", "paris", "asso.fr", "co.uk", "ck", "www.ck", "kobe.jp", "city.kobe.jp", "wixsite.com"]
ENDINGS += ["github.io", "xn--p1ai", "test", "1", "s3.amazonaws.com"]
LABEL = st.text(alphabet="abz09-_é", min_size=0, max_size=5)
HOSTS = st.builds(
    lambda labels, ending: ".".join([*labels, ending]),
    st.lists(LABEL | st.sampled_from(["www", "city", "exemple", "fr", "co"]), max_size=3),
    st.sampled_from(ENDINGS),
)


@given(HOSTS)
def test_hosts_are_cut_as_the_public_suffix_list_cuts_them(host):
    ascii_host = domains.to_ascii(host)
    if ascii_host is not None:
        parts = LIST.extract_str(ascii_host)
        assert domains.registrable(ascii_host) == (parts.top_domain_under_public_suffix or None)
        known = bool(parts.suffix) and (bool(parts.domain) or parts.is_private)
        assert domains.is_known(ascii_host) == known


@given(HOSTS)
def test_a_host_is_one_label_or_more_of_letters_digits_and_inner_hyphens(host):
    try:
        labels = [label.encode("idna").decode() for label in host.split(".")]
    except UnicodeError:
        labels = [""]
    fine = all(
        label.replace("-", "").replace("_", "").isalnum() and label.strip("-") == label for label in labels
    )
    assert domains.to_ascii(host) == (".".join(labels) if fine else None)


def test_a_label_has_63_letters_at_most():
    assert domains.to_ascii(f"{'a' * 63}.fr") == f"{'a' * 63}.fr"
    assert domains.to_ascii(f"{'a' * 64}.fr") is None
