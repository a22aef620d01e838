"""Every place that may hold a person."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from flows.settings import settings
from transforms.sources.contract import Contract
from transforms.suppression import log
from transforms.warehouse import beside, history_file, versions
from transforms.warehouse.register import KEY_FILE, REGISTER_FILE

Kind = Literal[
    "export",
    "contacts",
    "warehouse",
    "history",
    "workbook",
    "parquet",
    "report",
    "register",
    "text",
    "log",
    "prefect",
]
_TABLES = (".csv", ".tsv", ".xlsx", ".xlsm", ".xls", ".ods")
_DATABASES = ("PREFECT_SERVER_DATABASE_CONNECTION_URL", "PREFECT_API_DATABASE_CONNECTION_URL")
# Nothing but hashes; to rewrite them would be to lose them.
_OURS = (log.FILE, log.PENDING, KEY_FILE)


@dataclass(frozen=True)
class Place:
    """One file and what it is; `contract` is that of the source whose members it lists."""

    kind: Kind
    path: Path
    contract: Contract | None = None


def places_of(
    raw: Path,
    warehouse: Path,
    state: Path,
    prefect_home: Path,
    also: Sequence[Path],
    contracts: Sequence[Contract],
) -> Iterator[Place]:
    """Every place of an installation, exports first: nothing may be made anew from them meanwhile."""
    yield from _exports(raw, contracts)
    folders = [warehouse.parent, *(one.folder for one in versions.kept(warehouse))]
    for folder in folders:
        yield from _existing("contacts", folder / beside.contacts(warehouse).name)
        yield from _existing("warehouse", folder / warehouse.name)
    known = {contract.source: contract for contract in contracts}
    for path in _all_below(beside.rejects(warehouse)):
        yield Place("workbook", path, known.get(path.name.removesuffix(beside.WORKBOOK)))
    if beside.report_page(warehouse).is_file() or beside.report_document(warehouse).is_file():
        yield Place("report", beside.report_page(warehouse))
    yield from _existing("history", state / history_file.FILE)
    for path in _all_below(state):
        if path.name not in (*_OURS, history_file.FILE):
            yield Place("register" if path.name == REGISTER_FILE else "text", path)
    yield from _of_prefect(prefect_home)
    for top in also:
        for path in _all_below(top) if top.is_dir() else [top]:
            yield Place("workbook" if path.suffix.lower() in _TABLES else _kind_of(path), path)


def out_of_reach() -> tuple[str, ...]:
    """What Alliage uses and cannot look into (French)."""
    chosen = settings().database
    urls = [chosen.get_secret_value()] if chosen else []
    urls += [os.environ.get(name, "") for name in _DATABASES]
    return ("la base PostgreSQL de Prefect",) if any(url.startswith("postgresql") for url in urls) else ()


def _of_prefect(home: Path) -> Iterator[Place]:
    """Logs, whatever else lies in Prefect's home, and at last its database."""
    database = home / "prefect.db"
    for path in _all_below(home):
        # The files that SQLite keeps beside its own are its own.
        if not path.name.startswith(database.name):
            yield Place("log" if path.parent == home / "logs" else "text", path)
    yield from _existing("prefect", database)


def _all_below(folder: Path) -> list[Path]:
    """Every file below a folder, those that programs hide too, locks apart."""
    found = sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []
    return [path for path in found if path.suffix != ".lock"]


def _exports(raw: Path, contracts: Sequence[Contract]) -> Iterator[Place]:
    folders = {raw / contract.folder: contract for contract in contracts}
    for path in _all_below(raw):
        contract = next((one for folder, one in folders.items() if path.is_relative_to(folder)), None)
        yield Place("export", path, contract)


def _existing(kind: Kind, path: Path) -> Iterator[Place]:
    if path.is_file():
        yield Place(kind, path)


def _kind_of(path: Path) -> Kind:
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        return "parquet"
    return "warehouse" if suffix in (".duckdb", ".db") else "text"
