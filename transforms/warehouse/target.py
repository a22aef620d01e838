"""What may be published over: nothing at all, or a warehouse of ours; never somebody else's file."""

from functools import cache
from pathlib import Path

import duckdb

from transforms.errors import InputError, Where
from transforms.report import Remark
from transforms.warehouse import beside, database, files
from transforms.warehouse.condition import condition_of
from transforms.warehouse.tables import literal

_DAMAGED = (
    "Le fichier de l'entrepôt en service était abîmé et ne s'ouvrait plus. Attendu : le fichier tel qu'il a "
    "été publié. À faire : vérifier le disque de cette machine ; le fichier abîmé est remplacé."
)


def check_target(warehouse: Path) -> tuple[Remark, ...]:
    """Refuse to publish over a file that is not a warehouse of ours; an empty file holds nothing to lose.

    A warehouse of ours that no longer opens may be replaced: a warning says so.

    Raises:
        InputError: the file is something else, or has the name of a file of contacts.
        MachineError: another program writes into the file, or it cannot be read.
    """
    if beside.is_contacts(warehouse):
        raise _refusal(
            warehouse,
            "Ce nom est celui du fichier des contacts : l'entrepôt ne peut pas le porter.",
            "choisir un autre nom, par exemple warehouse.duckdb",
        )
    with files.machine_errors(warehouse):
        condition = condition_of(warehouse)
    if condition == "foreign":
        raise _refusal(
            warehouse,
            "Ce fichier existe déjà et n'est pas un entrepôt d'Alliage : il ne sera pas remplacé.",
            "choisir un autre chemin ; si c'est un entrepôt abîmé, le déplacer, puis relancer",
        )
    if condition == "damaged":
        return (Remark(level="warning", text=_DAMAGED),)
    return ()


def check_storage_version(version: str) -> None:
    """Refuse a storage version that this DuckDB cannot write.

    Raises:
        InputError: `version` is not a published version of DuckDB, in the form v1.2.0.
    """
    try:
        _try_storage_version(version)
    except duckdb.Error as error:
        raise InputError(
            "La version de stockage demandée n'existe pas.",
            found=version,
            expected="une version de DuckDB, par exemple v1.2.0, ou latest",
            next_step="corriger la variable ALLIAGE_STORAGE_VERSION, ou la retirer",
        ) from error


# What this DuckDB can write does not change while it is loaded; a failure is not remembered.
@cache
def _try_storage_version(version: str) -> None:
    with database.connect(None) as con:
        con.execute(f"ATTACH ':memory:' AS probe (STORAGE_VERSION {literal(version)})")


def _refusal(warehouse: Path, what: str, next_step: str) -> InputError:
    return InputError(
        what,
        where=Where(file=str(warehouse)),
        expected="un chemin libre, ou l'entrepôt d'une exécution précédente",
        next_step=next_step,
    )
