"""Is a state folder that of the published warehouse? Asked before a decision is recorded or read there."""

from pathlib import Path

from transforms.continuity import state_folder
from transforms.errors import InputError, Where
from transforms.warehouse import beside
from transforms.warehouse.manifest import read_manifest
from transforms.warehouse.runs import read_runs


def require_own_state(warehouse: Path, state: Path) -> None:
    """Refuse a state folder that is not that of the warehouse, by what a merge would stop for.

    Where nothing is published any folder will do.

    Raises:
        InputError: naming both, and what speaks against their belonging together.
    """
    manifest = read_manifest(beside.manifest(warehouse)) if warehouse.exists() else None
    published = manifest.run_id if manifest else None
    against = list(state_folder.findings(state, read_runs(state), published))
    if not against:
        return
    raise InputError(
        "Le dossier d'état n'est pas celui de l'entrepôt publié : rien n'est lu ni enregistré.",
        where=Where(file=str(state.resolve())),
        found=f"{' ; '.join(one.found for one in against)} ({warehouse.resolve()})",
        expected=" ; ".join(one.expected for one in against),
        next_step="donner avec --state le dossier d'état de cet entrepôt, ou avec --warehouse l'entrepôt de "
        "ce dossier",
    )


def require_state(state: Path) -> None:
    """Refuse a state folder that does not exist, where there is only something to be read from it.

    Raises:
        InputError: there is no such folder.
    """
    if not state.is_dir():
        raise InputError(
            "Il n'y a pas de dossier d'état à cet endroit.",
            where=Where(file=str(state.resolve())),
            found="aucun dossier de ce nom" if not state.exists() else "un fichier",
            expected="le dossier que tient alliage run : décisions, identifiants d'entreprises",
            next_step="donner le bon chemin avec --state, ou lancer d'abord alliage run",
        )
