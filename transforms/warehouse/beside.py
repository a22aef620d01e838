"""Every file that belongs to a warehouse and lies beside it, named after it.

Two warehouses in one folder share none of them. The usual one, `warehouse.duckdb`, keeps the short names that
people and programs know.
"""

import re
from collections.abc import Iterator
from pathlib import Path

USUAL = "warehouse"
CONTACTS = "contacts.duckdb"
REJECTS = "rejets"
VERSIONS = "versions"
REPORT = "rapport"
STAGED = ".next-"
WORKBOOK = "_a_corriger.xlsx"

# Anchored on the form of a run's id, so that the builds of « ventes » are not those of « ventes-2 ».
_RUN = r"\d{8}T\d{6}-[0-9a-f]{6}"


def contacts(warehouse: Path) -> Path:
    """The file of personal data."""
    return _named(warehouse, CONTACTS)


def rejects(warehouse: Path) -> Path:
    """The folder of the workbooks that the clusters correct."""
    return _named(warehouse, REJECTS)


def versions(warehouse: Path) -> Path:
    """The folder of the publications that are kept, one folder each, named after its run."""
    return _named(warehouse, VERSIONS)


def report_page(warehouse: Path) -> Path:
    """The report with pictures, as HTML."""
    return _named(warehouse, f"{REPORT}.html")


def report_document(warehouse: Path) -> Path:
    """The same report as PDF."""
    return _named(warehouse, f"{REPORT}.pdf")


def manifest(warehouse: Path) -> Path:
    """The description of the published files."""
    return warehouse.with_name(f"{warehouse.name}.manifest.json")


def lock(warehouse: Path) -> Path:
    """The file that the run on this warehouse holds locked."""
    return warehouse.with_name(f".{warehouse.name}.lock")


def build(warehouse: Path, run_id: str) -> Path:
    """The build database of one run."""
    return warehouse.with_name(f".build-{_stem(warehouse)}-{run_id}.duckdb")


def builds(warehouse: Path) -> Iterator[Path]:
    """The build databases of all runs on this warehouse, with what DuckDB keeps beside them."""
    name = re.compile(rf"\.build-{re.escape(_stem(warehouse))}-{_RUN}\.duckdb(\.wal|\.tmp)?")
    found = warehouse.parent.glob(".build-*")
    return (path for path in sorted(found) if name.fullmatch(path.name))


def is_contacts(path: Path) -> bool:
    """Whether `path` is where the contacts of some warehouse would lie."""
    return path.name == CONTACTS or path.name.endswith(f".{CONTACTS}")


def _named(warehouse: Path, name: str) -> Path:
    stem = _stem(warehouse)
    return warehouse.with_name(name if stem == USUAL else f"{stem}.{name}")


def _stem(warehouse: Path) -> str:
    # Another suffix stays: « a.db » and « a.duckdb » are two warehouses.
    return warehouse.name.removesuffix(".duckdb")
