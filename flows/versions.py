"""The versions of a warehouse: told to people, and one of them put back under the locks of a run."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from rich.console import Console
from rich.table import Table

from flows import erasing, lock
from flows.form import Form
from flows.places import STATE, WAREHOUSE
from flows.version_name import chosen_version
from transforms.errors import AlliageError
from transforms.moments import moment_text
from transforms.report import Remark
from transforms.reporting import stage as reporting
from transforms.warehouse import beside, modes, versions
from transforms.warehouse.clock import new_run_id
from transforms.warehouse.files import machine_errors
from transforms.warehouse.restore import restore
from transforms.warehouse.swap import sweep
from transforms.warehouse.target import check_target
from transforms.warehouse.versions import Version
from transforms.wording import number

_STATES = {"published": "publiée", "kept": "conservée", "damaged": "abîmée"}
# Wide enough for any file name: a line that is cut or folded cannot be copied.
_WIDTH = 1000


class RestoreParameters(Form):
    """Which version to put back, and where."""

    only_show: bool = Field(
        False,
        title="Montrer seulement les versions",
        description="Ne rien changer : écrire la liste des versions dans le compte rendu.",
    )
    version: str = Field(
        "précédente",
        min_length=1,
        title="Version à remettre en service",
        description="précédente, dernière, une date (05/01/2026 ou 05/01/2026 04:15), un numéro ou un nom "
        "de la liste des versions.",
    )
    warehouse: Path = WAREHOUSE
    state: Path = STATE


class Restored(BaseModel):
    """What was put back."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    run_id: str
    verdict: str = "restored"
    version: str
    replaced: str | None
    changed: bool
    published_at: datetime
    warehouse: Path
    reported: bool = False
    remarks: tuple[Remark, ...] = ()


def restore_version(parameters: RestoreParameters) -> Restored:
    """Put a version back; nothing is done if it is the published one already, contacts included.

    Raises:
        InputError: no such version, or a damaged one; the published file is untouched.
        LockError: a run is going on.
        MachineError: disk full, no permission; the published file is untouched.
    """
    warehouse, state = parameters.warehouse.resolve(), parameters.state.resolve()
    remarks = check_target(warehouse)
    started_at = datetime.now(UTC)
    with lock.held(warehouse), lock.held_state(state), machine_errors(warehouse), modes.owner_only():
        remarks += sweep(warehouse, state) + erasing.complete(state)
        run_id, about_clock = new_run_id(started_at, state)
        version = chosen_version(warehouse, parameters.version)
        replaced = None if version.published else versions.published_run(warehouse)
        changed = not (version.published and versions.is_whole(warehouse))
        about_report: tuple[Remark, ...] = ()
        if changed:
            restore(version, warehouse, state, run_id=run_id, started_at=started_at)
            about_report = _report(warehouse)
    assert version.manifest is not None
    return Restored(
        run_id=run_id,
        version=version.run_id,
        replaced=replaced,
        changed=changed,
        published_at=version.manifest.ended_at.replace(tzinfo=UTC),
        warehouse=warehouse,
        reported=changed and not about_report,
        remarks=remarks + about_clock + about_report,
    )


def _report(warehouse: Path) -> tuple[Remark, ...]:
    """Make the report of the version again; if it cannot be made, the version is in service all the same."""
    try:
        reporting.run(warehouse, reporting.ReportParameters(warehouse=warehouse))
    except AlliageError as error:
        text = (
            f"La version est en service, mais le rapport n'a pas pu être refait : {error.what} À faire : "
            "lancer "
            "alliage report."
        )
        return (Remark(level="warning", text=text),)
    return ()


def restored_text(restored: Restored) -> str:
    """French lines: what analysts read now, and what it means for ids and decisions."""
    swept = [remark.text for remark in restored.remarks]
    if not restored.changed:
        return "\n".join([*swept, f"La version {restored.version} est déjà en service : rien n'a changé."])
    replaced = f" Elle remplace la version {restored.replaced}." if restored.replaced else ""
    return "\n".join(
        [
            *swept,
            f"La version {restored.version}, publiée le {moment_text(restored.published_at)}, est de "
            f"nouveau en service.{replaced}",
            f"  - entrepôt : {restored.warehouse}",
            *_report_line(restored),
            "  - décisions et identifiants d'entreprises : inchangés ; la prochaine fusion repart d'eux",
            "  - la prochaine fusion reprendra les exports déposés : corriger d'abord ce qui n'allait pas",
        ]
    )


def _report_line(restored: Restored) -> list[str]:
    page = beside.report_page(restored.warehouse)
    return [f"  - rapport : {page}"] if restored.reported else []


def kept_versions(warehouse: Path) -> list[Version]:
    """The versions of `warehouse`, the newest first.

    Raises:
        MachineError: a file cannot be read.
    """
    with machine_errors(warehouse):
        return versions.kept(warehouse.resolve())


def versions_json(warehouse: Path, found: list[Version]) -> dict[str, Any]:
    """What a program wants to know of the versions."""
    return {"warehouse": str(warehouse.resolve()), "versions": [_as_json(version) for version in found]}


def versions_text(warehouse: Path, found: list[Version]) -> str:
    """A French table, one line a version."""
    if not found:
        return f"Aucune version conservée de {warehouse} : la prochaine fusion gardera la première."
    table = Table("Version", "Publiée", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("Entreprises", "Adhésions", "Taille"):
        table.add_column(name, justify="right")
    table.add_column("État")
    table.add_column("Exports")
    for version in found:
        table.add_row(*_cells(version))
    console = Console(width=_WIDTH, color_system=None, highlight=False)
    with console.capture() as capture:
        console.print(table)
    lines = [line.rstrip() for line in capture.get().splitlines()]
    lines += [f"{one.run_id} est abîmée : {one.damage}." for one in found if one.damage]
    return "\n".join(lines)


def _cells(version: Version) -> list[str]:
    state = _STATES[version.state]
    manifest = version.manifest
    if manifest is None:
        return [version.run_id, "", "", "", "", state, ""]
    exports = [
        f"{one.source} : {one.file}" + (f" ({one.export_date:%d/%m/%Y})" if one.export_date else "")
        for one in manifest.inputs
    ]
    rows = manifest.warehouse.tables
    return [
        version.run_id,
        f"le {moment_text(manifest.ended_at)}",
        number(rows.get("companies", 0)),
        number(rows.get("memberships", 0)),
        _size(sum(part.bytes for part in manifest.parts)),
        state,
        " ; ".join(exports),
    ]


def _as_json(version: Version) -> dict[str, Any]:
    manifest = version.manifest
    known: dict[str, Any] = {}
    if manifest:
        known = {
            "published_at": f"{manifest.ended_at.isoformat()}Z",
            "companies": manifest.warehouse.tables.get("companies"),
            "memberships": manifest.warehouse.tables.get("memberships"),
            "inputs": [one.model_dump(mode="json") for one in manifest.inputs],
            "bytes": sum(part.bytes for part in manifest.parts),
            "sha256": manifest.warehouse.sha256,
        }
    return {
        "version": version.run_id,
        "state": version.state,
        "damage": version.damage,
        "path": str(version.folder),
        **known,
    }


def _size(count: int) -> str:
    return f"{count / 1e6:.1f} Mo".replace(".", ",") if count < 1e8 else f"{number(count / 1e6)} Mo"
