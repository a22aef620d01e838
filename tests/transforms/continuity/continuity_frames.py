"""Invented records and rows of the register, with traits that are short words instead of fingerprints."""

from typing import Any

import pandas as pd

from transforms.warehouse.register import REGISTER_COLUMNS, TRAITS

Row = dict[str, Any]

FORGE: Row = {"siren": "S1", "name": "FORGE", "address": "A1", "phone": "P1", "domain": "D1"}
MILL: Row = {"siren": "S2", "name": "MILL", "address": "A2", "phone": "P2", "domain": "D2"}
WITHOUT_SIREN = {"siren": None}


def export(*records: tuple[str, Row]) -> pd.DataFrame:
    rows = [{"source": "north", "member_id": number, **company} for number, company in records]
    return pd.DataFrame(rows, columns=["source", "member_id", *TRAITS], dtype="str")


def register(*known: tuple[str, Row]) -> pd.DataFrame:
    """Rows of the register; a company may also name its run, the number that it left and another source."""
    rows = [
        {
            "source": "north",
            "member_id": number,
            "company_id": "E",
            "first_run": "r1",
            "last_run": "r1",
            **company,
        }
        for number, company in known
    ]
    return pd.DataFrame(rows, columns=REGISTER_COLUMNS, dtype="str")
