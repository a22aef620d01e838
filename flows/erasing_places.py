"""Every place that may hold a person."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from flows.people import files_below
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
    for path in files_below(beside.rejects(warehouse)):
        yield Place("workbook", path, known.get(path.name.removesuffix(beside.WORKBOOK)))
    yield from _existing("report", beside.report_page(warehouse))
    yield from _existing("history", state / history_file.FILE)
    for path in files_below(state):
        if path.name not in (*_OURS, history_file.FILE):
            yield Place("register" if path.name == REGISTER_FILE else "text", path)
    for path in files_below(prefect_home / "logs"):
        yield Place("log", path)
    yield from _existing("prefect", prefect_home / "prefect.db")
    for top in also:
        for path in files_below(top) if top.is_dir() else [top]:
            yield Place("workbook" if path.suffix.lower() in _TABLES else _kind_of(path), path)


def _exports(raw: Path, contracts: Sequence[Contract]) -> Iterator[Place]:
    folders = {raw / contract.folder: contract for contract in contracts}
    for path in files_below(raw):
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
