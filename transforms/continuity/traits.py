"""What tells a company: SIREN, name, address, telephone and domain, as fingerprints that give nothing back.

The register keeps them beside each number. They are compared, never read. A telephone has a thousand million
values, so a bare hash of it could be looked up: each installation has a key of its own in its state folder.
"""

import secrets
from hashlib import sha256

import duckdb
import pandas as pd

from transforms import reference
from transforms.warehouse.register import TRAITS

_FINGERPRINT = "substr(sha256($key || '{trait}:' || {value}), 1, 12)"
_VALUES = {
    "siren": "siren",
    "name": "name_core",
    "address": "postcode || ' ' || coalesce(street_number, '') || ' ' || street_name",
    "phone": "phone",
    "domain": "coalesce(web_domain, CASE WHEN NOT is_free_mail THEN email_domain END)",
}


def new_key() -> str:
    """A secret for the fingerprints of one installation: 32 hexadecimal digits."""
    return secrets.token_hex(16)


def traits(con: duckdb.DuckDBPyConnection, key: str) -> pd.DataFrame:
    """Fingerprints of each record: source, member_id, and of each trait 12 digits of a SHA-256 with `key`."""
    columns = ", ".join(
        f"{_FINGERPRINT.format(trait=trait, value=_VALUES[trait])} AS {trait}" for trait in TRAITS
    )
    query = f"SELECT source, member_id, {columns} FROM standard.records ORDER BY source, member_id"
    return con.execute(query, {"key": key}).df().astype("str")


def french_phone(national: str) -> str:
    """A French telephone in E.164, overseas ones included, given its last nine digits."""
    return f"+{reference.load('overseas_phones').get(national[:3], 33)}{national}"


def phone_fingerprint(key: str, number: str) -> str:
    """The fingerprint of a telephone in E.164."""
    return sha256(f"{key}phone:{number}".encode()).hexdigest()[:12]
