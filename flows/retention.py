"""How long each kind of file is kept: enforced by the cleaning, told by every run."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from flows import dropped_decisions
from flows.markdown import table, title
from flows.settings import settings
from transforms.errors import AlliageError
from transforms.sources.contract import load_contracts
from transforms.sources.stage import superseded
from transforms.warehouse import beside, files, versions
from transforms.wording import plural

Kind = Literal["export", "version", "workbook", "log", "decisions"]
_OLD_LOG = ".log.1"


@dataclass(frozen=True)
class Limits:
    """What may be kept: a number of publications, and days of each kind of file."""

    versions: int
    version_days: int
    export_days: int
    workbook_days: int
    log_days: int
    decision_days: int

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
            chosen.decisions_kept_days,
        )


@dataclass(frozen=True)
class Places:
    """Where an installation keeps files that have a limit."""

    raw: Path
    warehouse: Path
    state: Path
    prefect_home: Path


def beyond(limits: Limits, places: Places) -> Iterator[tuple[Kind, Path]]:
    """What is older than its limit, or one too many.

    Never the newest export of a source, the published version, a log that is being written, nor a file of
    decisions of which a line was not taken. A version's age is that of its publication, of all else that of
    the file.
    """
    old = versions.older_than(places.warehouse, _days_ago(limits.version_days))
    for path in dict.fromkeys([*versions.beyond(places.warehouse, limits.versions), *old]):
        yield "version", path
    by_age: tuple[tuple[Kind, int, Iterable[Path]], ...] = (
        ("export", limits.export_days, _superseded(places.raw)),
        ("decisions", limits.decision_days, _taken(places)),
        ("workbook", limits.workbook_days, beside.rejects(places.warehouse).glob(f"*{beside.WORKBOOK}")),
        ("log", limits.log_days, (places.prefect_home / "logs").glob(f"*{_OLD_LOG}")),
    )
    for kind, days, paths in by_age:
        yield from ((kind, path) for path in sorted(paths) if _age_of(path) > days)


def set_logs_aside(prefect_home: Path) -> None:
    """Begin each log of the service anew where none was set aside: so no line gets older than two limits.

    Who writes a log holds it open, so it is copied and emptied, not renamed.
    """
    for path in sorted((prefect_home / "logs").glob("*.log")):
        _set_aside(path, path.with_suffix(_OLD_LOG))


def _set_aside(path: Path, aside: Path) -> None:
    before = aside.read_bytes() if aside.exists() else b""
    with path.open("r+b") as file:
        content = file.read()
        # One with which the log itself begins is that of a cleaning that was killed before it emptied it.
        if not content or (before and not content.startswith(before)):
            return
        files.write_bytes(aside, content)
        with aside.open("ab") as more:
            # Until nothing was written meanwhile: what comes after the last look would go unread.
            while added := file.read():
                more.write(added)
                more.flush()
            file.truncate(0)


def section(raw: Path, warehouse: Path, state: Path) -> str:
    """The limits and what is beyond them, for the report of a run (Markdown)."""
    limits = Limits.of_settings()
    found = list(beyond(limits, Places(raw, warehouse, state, settings().prefect_home)))
    rows = [
        (what, limit, _counted([path for one, path in found if one == kind]))
        for kind, what, limit in (
            ("export", "Exports remplacés par un plus récent", f"{limits.export_days} jours"),
            ("decisions", "Fichiers de décisions pris en compte", f"{limits.decision_days} jours"),
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


def _taken(places: Places) -> list[Path]:
    try:
        return dropped_decisions.taken_files(places.raw, places.state)
    except AlliageError:
        return []


def _age_of(path: Path) -> float:
    """In days."""
    changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return (datetime.now(UTC) - changed) / timedelta(days=1)


def _days_ago(days: int) -> datetime:
    return datetime.now(UTC) - timedelta(days=days)
