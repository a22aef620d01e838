"""What may go: what is beyond its limit, and leftovers of interrupted runs. The run log is kept for ever."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from flows import erasing, lock, retention, scratch
from flows.form import Form
from flows.places import RAW, STATE, WAREHOUSE, shown
from flows.settings import settings
from transforms.report import Remark
from transforms.warehouse import files, modes
from transforms.warehouse.swap import leftovers, sweep
from transforms.warehouse.target import check_target
from transforms.wording import number, plural

_TITLES = {
    "version": ("version ancienne", "versions anciennes"),
    "leftover": ("reste d'exécution interrompue", "restes d'exécutions interrompues"),
    "workbook": ("classeur à corriger ancien", "classeurs à corriger anciens"),
    "export": ("export remplacé", "exports remplacés"),
    "decisions": ("fichier de décisions pris en compte", "fichiers de décisions pris en compte"),
    "log": ("journal ancien", "journaux anciens"),
}


def _versions_kept() -> int:
    return settings().versions_kept


def _version_days() -> int:
    return settings().versions_kept_days


def _export_days() -> int:
    return settings().exports_kept_days


def _decision_days() -> int:
    return settings().decisions_kept_days


def _log_days() -> int:
    return settings().logs_kept_days


def _workbooks_kept() -> int:
    return settings().workbooks_kept_days


def _runs_kept() -> int:
    return settings().flow_runs_kept_days


class CleanParameters(Form):
    """How much to keep, and where."""

    only_show: bool = Field(
        False, title="Montrer seulement", description="Ne rien supprimer : dire ce qui le serait."
    )
    versions_kept: int = Field(
        default_factory=_versions_kept,
        ge=1,
        le=1000,
        title="Versions à garder",
        description="Celle qui est en service n'est jamais supprimée.",
        json_schema_extra=shown(_versions_kept),
    )
    versions_kept_days: int = Field(
        default_factory=_version_days,
        ge=1,
        le=3650,
        title="Jours pendant lesquels garder une version",
        description="Une version contient des contacts. Celle qui est en service reste toujours.",
        json_schema_extra=shown(_version_days),
    )
    exports_kept_days: int = Field(
        default_factory=_export_days,
        ge=1,
        le=3650,
        title="Jours pendant lesquels garder un export remplacé",
        description="L'export le plus récent de chaque réseau n'est jamais supprimé, ni les corrections.",
        json_schema_extra=shown(_export_days),
    )
    decisions_kept_days: int = Field(
        default_factory=_decision_days,
        ge=1,
        le=3650,
        title="Jours pendant lesquels garder un fichier de décisions déposé",
        description="Une fois toutes ses lignes prises en compte ; les décisions, elles, restent.",
        json_schema_extra=shown(_decision_days),
    )
    logs_kept_days: int = Field(
        default_factory=_log_days,
        ge=1,
        le=3650,
        title="Jours pendant lesquels garder les journaux du service",
        description="Ceux qui ont été mis de côté ; le nettoyage en met de côté à son tour.",
        json_schema_extra=shown(_log_days),
    )
    workbooks_kept_days: int = Field(
        default_factory=_workbooks_kept,
        ge=1,
        le=3650,
        title="Jours pendant lesquels garder les classeurs à corriger",
        description="Les classeurs du dossier rejets qu'aucune fusion n'a récrits depuis.",
        json_schema_extra=shown(_workbooks_kept),
    )
    flow_runs_kept_days: int = Field(
        default_factory=_runs_kept,
        ge=1,
        le=3650,
        title="Jours pendant lesquels garder les exécutions dans cette interface",
        description="Le journal des exécutions d'Alliage, lui, est gardé pour toujours.",
        json_schema_extra=shown(_runs_kept),
    )
    raw: Path = RAW
    warehouse: Path = WAREHOUSE
    state: Path = STATE


class Removed(BaseModel):
    """One thing that went, or would go."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["leftover"] | retention.Kind
    path: Path
    bytes: int


class Cleaned(BaseModel):
    """What a cleaning removed, or would remove (`only_shown`); `flow_runs` are those of Prefect."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    only_shown: bool
    removed: tuple[Removed, ...]
    flow_runs: int | None = None
    remarks: tuple[Remark, ...] = ()


def clean(parameters: CleanParameters) -> Cleaned:
    """Remove files that nobody needs any more; what was interrupted is finished first.

    Raises:
        InputError: the warehouse's path is taken by another file.
        LockError: a run is going on.
        MachineError: a file cannot be removed.
    """
    warehouse, state = parameters.warehouse.resolve(), parameters.state.resolve()
    remarks = check_target(warehouse)
    with lock.held(warehouse), lock.held_state(state), files.machine_errors(warehouse), modes.owner_only():
        found = tuple(_found(warehouse, state, parameters))
        if not parameters.only_show:
            # It knows which leftovers are to be completed and which belong to another warehouse.
            remarks += sweep(warehouse, state) + erasing.complete(state)
            for one in found:
                _remove(one.path)
            retention.set_logs_aside(settings().prefect_home)
    return Cleaned(only_shown=parameters.only_show, removed=found, remarks=remarks)


def cleaned_text(cleaned: Cleaned) -> str:
    """French lines: how much of what, then each file."""
    told = [
        plural(sum(one.kind == kind for one in cleaned.removed), *titles) for kind, titles in _TITLES.items()
    ]
    if cleaned.flow_runs is not None:
        told.append(plural(cleaned.flow_runs, "exécution de Prefect", "exécutions de Prefect"))
    size = number(sum(one.bytes for one in cleaned.removed) / 1e6)
    verb = "À supprimer" if cleaned.only_shown else "Supprimé"
    lines = [f"{verb} : {', '.join(told)} ({size} Mo)."]
    lines += [f"  - {one.path}" for one in cleaned.removed]
    return "\n".join([*lines, *(remark.text for remark in cleaned.remarks)])


def _found(warehouse: Path, state: Path, parameters: CleanParameters) -> Iterator[Removed]:
    for path in [*leftovers(warehouse, state), *scratch.abandoned()]:
        yield _removed("leftover", path)
    limits = retention.Limits(
        parameters.versions_kept,
        parameters.versions_kept_days,
        parameters.exports_kept_days,
        parameters.workbooks_kept_days,
        parameters.logs_kept_days,
        parameters.decisions_kept_days,
    )
    places = retention.Places(parameters.raw, warehouse, state, settings().prefect_home)
    for kind, path in retention.beyond(limits, places):
        yield _removed(kind, path)


def _removed(kind: Literal["leftover"] | retention.Kind, path: Path) -> Removed:
    inside = [path] if path.is_file() else [one for one in path.rglob("*") if one.is_file()]
    return Removed(kind=kind, path=path, bytes=sum(one.stat().st_size for one in inside))


def _remove(path: Path) -> None:
    if path.is_dir():
        files.remove_at_once(path)
    else:
        files.remove(path)
