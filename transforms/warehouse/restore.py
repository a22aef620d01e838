"""Putting an earlier version back, exactly as a publication: all of it, or nothing.

It changes what analysts read; the state goes on. Decisions, the register of company ids and the aliases are
those of today, so the next run gives no id twice, and gives back the ids of a merge that is no more. The run
log tells which version was put back, and when.
"""

import json
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from transforms.errors import InputError, Where
from transforms.warehouse import database, files, state, versions
from transforms.warehouse.manifest import FileFacts, Manifest
from transforms.warehouse.runs import RunRecord
from transforms.warehouse.swap import Publication
from transforms.warehouse.versions import Version

_NEXT = "choisir une autre version : alliage versions les montre"


def restore(
    version: Version, warehouse: Path, state_folder: Path, *, run_id: str, started_at: datetime
) -> None:
    """Make `version` the published warehouse, with its contacts and its manifest.

    The caller holds the locks of warehouse and state. `run_id` and `started_at` (UTC) are those of the line
    in the run log.

    Raises:
        InputError: the version's files are not those of its manifest; the published file is untouched.
        MachineError: disk full, no permission; the published file is untouched. Raised after the swap too, if
            contacts or state could not follow: then `sweep` finishes at the next start.
    """
    publication = Publication(warehouse, state_folder, run_id)
    with files.machine_errors(warehouse):
        try:
            _draft(version, publication, started_at)
            publication.publish()
        except BaseException:
            publication.settle()
            raise


def _draft(version: Version, publication: Publication, started_at: datetime) -> None:
    """Copy the version's files beside their targets, prove the copies, and stage the line of the run log."""
    manifest = version.manifest
    if manifest is None or version.damage:
        raise _damaged(version, version.damage)
    publication.prepare()
    _copy(version, publication, publication.warehouse, manifest.warehouse)
    with database.owner_only():
        _copy(version, publication, publication.contacts, manifest.contacts)
    known, counts = _runs_of(version, publication.draft(publication.warehouse))
    restored = state.RestoredVersion(run_id=version.run_id, runs=known)
    state.stage_restored(restored, publication.staged_state)
    state.stage_run(_record(manifest, counts, publication.run_id, started_at), publication.staged_state)
    _copy(version, publication, publication.manifest)
    files.fsync(publication.warehouse.parent)


def _copy(version: Version, publication: Publication, path: Path, facts: FileFacts | None = None) -> None:
    draft = publication.draft(path)
    versions.copy(version.folder / path.name, draft)
    if facts and (damage := versions.damage_of(draft, facts)):
        raise _damaged(version, damage)


def _runs_of(version: Version, draft: Path) -> tuple[int, dict[str, int]]:
    """How many runs the warehouse `draft` knows, and the counts of its own, which must be one of them."""
    query = "SELECT counts, (SELECT count(*) FROM runs) FROM runs WHERE run_id = ?"
    try:
        with database.connect(draft, read_only=True) as con:
            found = con.execute(query, [version.run_id]).fetchall()
    except (duckdb.CatalogException, duckdb.IOException) as error:
        raise _damaged(version, str(error).partition("\n")[0]) from error
    if not found:
        raise _damaged(version, "l'entrepôt ne connaît pas l'exécution qui l'aurait publié")
    ((counts, known),) = found
    return known, counts


def _record(manifest: Manifest, counts: dict[str, int], run_id: str, started_at: datetime) -> RunRecord:
    """The line of the run log; inputs and counts are those of the version: what readers have from now on."""
    return RunRecord(
        run_id=run_id,
        started_at=started_at,
        ended_at=datetime.now(UTC),
        verdict="restored",
        inputs=manifest.inputs,
        counts=counts,
        parameters=json.dumps({"version": manifest.run_id}),
        message=f"Version {manifest.run_id} remise en service",
    )


def _damaged(version: Version, damage: str | None) -> InputError:
    return InputError(
        "Cette version est abîmée : elle ne peut pas être remise en service.",
        where=Where(file=str(version.folder)),
        found=damage,
        expected="les fichiers que décrit son manifeste, tels qu'ils ont été publiés",
        next_step=_NEXT,
    )
