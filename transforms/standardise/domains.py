"""Internet domains: which part of a host was registered, and which hosts say nothing about a company."""

import re
from functools import cache, lru_cache
from typing import Any

import tldextract

from transforms import reference

# The list that comes with the package: a run never asks the network, nor writes a cache. The private part of
# the list tells hosts apart that are rented by name (dupont.wixsite.com), as two customers are two companies.
_EXTRACT = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)
# The list is taken in at the first use; better at import than in the middle of a run.
_EXTRACT.extract_str("exemple.fr")
_LABEL = r"(?=[_-]*[a-z0-9])(?!-)[a-z0-9_-]{1,63}(?<!-)"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")


def to_ascii(host: str) -> str | None:
    """`host` in lowercase, accents as the network knows them (`xn--…`); None if it cannot be a host."""
    ascii_host = host.lower().rstrip(".")
    if not ascii_host.isascii():
        try:
            ascii_host = ".".join(label.encode("idna").decode("ascii") for label in ascii_host.split("."))
        except UnicodeError:
            return None
    return ascii_host if _HOST.fullmatch(ascii_host) else None


def is_known(host: str) -> bool:
    """Whether `host` ends as a public domain does, with a name before that ending.

    Source: the Public Suffix List, as bundled with `tldextract`.
    """
    parts = _extract(host)
    return bool(parts.suffix) and (bool(parts.domain) or parts.is_private)


def registrable(host: str) -> str | None:
    """The part of `host` that someone registered: `exemple.fr` of `www.exemple.fr`; None if it has none."""
    return _extract(host).top_domain_under_public_suffix or None


def is_free_mail(domain: str | None) -> bool:
    """Whether many companies share the mail domain (`reference/free_mail_domains.yml`)."""
    if domain is None:
        return False
    known = _reference("free_mail_domains")
    return domain in known["domains"] or domain.split(".")[0] in known["names"]


def own_domain(host: str) -> str | None:
    """The domain of a web host as evidence for one company: None on a shared one, whole if rented.

    Source: `reference/shared_hosts.yml`.
    """
    domain = registrable(host)
    shared = _reference("shared_hosts")
    if domain is None or domain in shared["pages"]:
        return None
    if domain not in shared["tenants"]:
        return domain
    customer = host.removeprefix("www.").removesuffix(domain).rstrip(".")
    return f"{customer}.{domain}" if customer else None


# Each host is asked about twice in a row, and many members share one.
@lru_cache(maxsize=10_000)
def _extract(host: str) -> tldextract.ExtractResult:
    return _EXTRACT.extract_str(host)


@cache
def _reference(name: str) -> dict[str, frozenset[Any]]:
    return {key: frozenset(entries) for key, entries in reference.load(name).items()}
