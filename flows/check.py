"""One export against its contract: what a run would make of it, cell by cell, with nothing kept."""

import tempfile
from itertools import groupby
from pathlib import Path

import pandas as pd

from flows.settings import settings
from transforms import reference
from transforms.errors import InputError
from transforms.sources import stage as sources
from transforms.sources.check import CheckedRefusal, CheckReport, check_reading, read_one
from transforms.sources.contract import load_contracts
from transforms.standardise import stage as standard
from transforms.warehouse import tables
from transforms.warehouse.database import connect
from transforms.wording import plural

_SHOWN = 10


def check_export(file: Path, source: str | None) -> CheckReport:
    """Read and standardise `file` by the contract named `source`, or the one that fits best.

    Raises:
        InputError: no contract has that name, or a run would refuse the file.
    """
    contracts = load_contracts(settings().contracts)
    chosen = [contract for contract in contracts if contract.source == source]
    if source and not chosen:
        raise InputError(
            "Aucun contrat ne porte ce nom.",
            found=source,
            expected=", ".join(contract.source for contract in contracts),
            next_step="choisir un de ces noms, ou laisser Alliage trouver le contrat",
        )
    reading, data = read_one(file, chosen[0] if chosen else None, contracts)
    with tempfile.TemporaryDirectory() as scratch:
        build = Path(scratch) / "check.duckdb"
        sources.write(build, [reading.contract], [(reading, data)])
        standard.run(build, standard.StandardiseParameters())
        with connect(build, read_only=True) as con:
            rejected = [tables.read(con, f"{schema}.rejections") for schema in ("raw", "standard")]
    return check_reading(reading, pd.concat(rejected, ignore_index=True))


def as_text(report: CheckReport, *, whole: bool = False) -> str:
    """French lines for a person: the verdict, what was recognised, what is refused; all places if `whole`."""
    refused = [refusal for refusal in report.refusals if refusal.severity != "info"]
    blocks = [
        [check_verdict(report)],
        ["Lecture", *(f"  - {remark.text}" for remark in report.remarks)],
        ["Colonnes", *(f"  - {line}" for line in _columns(report))],
    ]
    if refused:
        blocks.append(["À corriger dans l'export", *_refused(refused, None if whole else _SHOWN)])
    return "\n\n".join("\n".join(block) for block in blocks)


def check_verdict(report: CheckReport) -> str:
    """One French line: whose export it is, how many records, how much there is to correct."""
    refused = sum(refusal.severity != "info" for refusal in report.refusals)
    verdict = f"{plural(refused, 'point', 'points')} à corriger" if refused else "rien à corriger"
    count = plural(report.records, "fiche", "fiches")
    return f"{report.file} : export de {report.title}, {count}, {verdict}."


def _columns(report: CheckReport) -> list[str]:
    fields = reference.load("fields")
    how = {"header": "", "synonym": " (par synonyme)", "guess": " (devinée, à vérifier)"}
    return [
        f"« {column.header} » → {fields[column.field]['label']}{how[column.recognised_by]}"
        if column.field
        else f"« {column.header} » : inconnue, gardée telle quelle"
        for column in report.columns
    ]


def _refused(refusals: list[CheckedRefusal], most: int | None) -> list[str]:
    """One line a rule with its explanation, then its places."""
    lines: list[str] = []
    for message, same in groupby(sorted(refusals, key=lambda one: one.message), key=lambda one: one.message):
        places = [_place(one) for one in same]
        shown = places[:most]
        lines.append(f"  - {message}")
        lines += [f"      {place}" for place in shown]
        if more := len(places) - len(shown):
            lines.append(f"      … et {plural(more, 'autre', 'autres')} ; la liste entière : --all")
    return lines


def _place(refusal: CheckedRefusal) -> str:
    column = f"colonne « {refusal.column_name} »" if refusal.column_name else "ligne entière"
    value = f", trouvé « {refusal.value[:60]} »" if refusal.value else ""
    return f"ligne {refusal.source_row}, {column}{value}"
