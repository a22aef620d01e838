"""How long each kind of file is kept: enforced by the cleaning, told by every run."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from flows.markdown import table, title
from flows.settings import settings
from transforms.errors import AlliageError
from transforms.sources.contract import load_contracts
from transforms.sources.stage import superseded
from transforms.warehouse import beside, versions
from transforms.wording import plural

Kind = Literal["export", "version", "workbook", "log"]
_OLD_LOG = ".log.1"


@dataclass(frozen=True)
class Limits:
    """What may be kept: a number of publications, and days of each kind of file."""

    versions: int
    version_days: int
    export_days: int
    workbook_days: int
    log_days: int

    @classmethod
    def of_settings(cls) -> "Limits":
        """Those of this installation."""
        chosen = settings()
        return cls(
            chosen.versions_kept,
            chosen.versions_kept_days,
            chosen.exports_kept_days,
            chosen.workbooks_kept_days,
            chosen.logs_kept_days,
        )


def beyond(limits: Limits, *, raw: Path, warehouse: Path, prefect_home: Path) -> Iterator[tuple[Kind, Path]]:
    """What is older than its limit, or one too many.

    Never the newest export of a source, the published version, nor a log that is being written. An export's
    age is that of the file, a version's that of its publication.
    """
    for path in _superseded(raw):
        if _age_of(path) > limits.export_days:
            yield "export", path
    old = versions.older_than(warehouse, _days_ago(limits.version_days))
    for path in dict.fromkeys([*versions.beyond(warehouse, limits.versions), *old]):
        yield "version", path
    for path in sorted(beside.rejects(warehouse).glob(f"*{beside.WORKBOOK}")):
        if _age_of(path) > limits.workbook_days:
            yield "workbook", path
    for path in sorted((prefect_home / "logs").glob(f"*{_OLD_LOG}")):
        if _age_of(path) > limits.log_days:
            yield "log", path


def set_logs_aside(prefect_home: Path) -> None:
    """Begin each log of the service anew where none was set aside: so no line gets older than two limits.

    Who writes a log holds it open, so it is copied and emptied, not renamed.
    """
    for path in sorted((prefect_home / "logs").glob("*.log")):
        aside = path.with_suffix(_OLD_LOG)
        if path.stat().st_size and not aside.exists():
            aside.touch(mode=0o600)
            aside.write_bytes(path.read_bytes())
            with path.open("r+b") as file:
                file.truncate()


def section(raw: Path, warehouse: Path) -> str:
    """The limits and what is beyond them, for the report of a run (Markdown)."""
    limits = Limits.of_settings()
    found = list(beyond(limits, raw=raw, warehouse=warehouse, prefect_home=settings().prefect_home))
    rows = [
        (what, limit, _counted([path for one, path in found if one == kind]))
        for kind, what, limit in (
            ("export", "Exports remplacés par un plus récent", f"{limits.export_days} jours"),
            ("version", "Versions publiées", f"{limits.versions}, et {limits.version_days} jours"),
            ("workbook", "Classeurs à corriger", f"{limits.workbook_days} jours"),
            ("log", "Journaux du service mis de côté", f"{limits.log_days} jours"),
        )
    ]
    rows.append(
        ("Exécutions dans cette interface", f"{settings().flow_runs_kept_days} jours", "au nettoyage")
    )
    heads = ("Quoi", "Conservé", "À supprimer au prochain nettoyage")
    return f"{title('Conservation des données')}\n\n{table(heads, rows)}"


def _counted(paths: list[Path]) -> str:
    return plural(len(paths), "fichier ou dossier", "fichiers ou dossiers") if paths else "rien"


def _superseded(raw: Path) -> list[Path]:
    try:
        return superseded(raw, load_contracts(settings().contracts))
    except AlliageError:
        # What cannot be read is told by the run that reads it.
        return []


def _age_of(path: Path) -> float:
    """In days."""
    changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return (datetime.now(UTC) - changed) / timedelta(days=1)


def _days_ago(days: int) -> datetime:
    return datetime.now(UTC) - timedelta(days=days)
