"""One export against its contract: what a run would make of it, cell by cell, with nothing kept."""

import tempfile
from pathlib import Path

from flows.settings import settings
from flows.summary import plural
from transforms.errors import InputError
from transforms.sources.check import CheckReport, check_file
from transforms.sources.contract import load_contracts


def check_export(file: Path, source: str | None) -> CheckReport:
    """Read `file` against the contract named `source`, or the one that fits best.

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
    return check_file(file, chosen[0] if chosen else None, contracts)
