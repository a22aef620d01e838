"""All that is held on a person or a member, cell by cell: what a request of access is answered from."""

from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict

from flows import lock
from flows.erasing import Installation, subject_of
from flows.erasing_places import out_of_reach
from flows.erasing_task import Task
from flows.holdings import Holding, look_into
from transforms.suppression.log import FILE, read_erasures
from transforms.suppression.matcher import PASSING_KEY
from transforms.warehouse.files import machine_errors
from transforms.warehouse.register import read_fingerprint_key

KINDS = {
    "export": "export reçu",
    "workbook": "classeur",
    "contacts": "contacts",
    "warehouse": "entrepôt",
    "parquet": "fichier Parquet",
    "history": "historique",
    "report": "rapport",
    "register": "registre des identifiants",
    "text": "fichier d'état",
    "log": "journal du service",
    "prefect": "base de Prefect",
}


class Held(BaseModel):
    """The answer to a request of access.

    Attributes:
        query: what was asked.
        asked_at: when (UTC).
        is_member: whether a member was asked for; then all that its rows say is held, else what is personal.
        members: the rows of the person, « source:number ».
        holdings: every value.
        homonyms: rows of other members that name somebody of the same name, left out.
        unread: files, and what else, that could not be looked at.
        erasures: how many persons' hashes the list of erasures holds; they cannot be read back.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    query: str
    asked_at: datetime
    is_member: bool
    members: tuple[str, ...]
    holdings: tuple[Holding, ...]
    homonyms: int = 0
    unread: tuple[str, ...] = ()
    erasures: int = 0


def held_on(where: Installation, query: str) -> Held:
    """Everything that is held on whom `query` is about; nothing is written.

    Raises:
        LockError: a run is going on.
        MachineError: a file cannot be read.
    """
    with lock.looking(where.warehouse, where.state), machine_errors(where.warehouse):
        found = subject_of(where, query)
        task = Task.about(found, read_fingerprint_key(where.state) or PASSING_KEY)
        holdings, unread = look_into(where.places(), task, whole_rows=found.is_member)
        erasures = read_erasures(where.state) if (where.state / FILE).exists() else ()
    return Held(
        query=query,
        asked_at=datetime.now(UTC),
        is_member=found.is_member,
        members=tuple(sorted(found.identity.members)),
        holdings=holdings,
        homonyms=found.homonyms,
        unread=(*out_of_reach(), *unread),
        erasures=len(erasures),
    )


def by_file(held: Held) -> dict[str, list[Holding]]:
    """The values by the file that holds them, in their order."""
    found: dict[str, list[Holding]] = {}
    for one in held.holdings:
        found.setdefault(one.file, []).append(one)
    return found


def place_text(one: Holding) -> str:
    """Where in its file a value stands (French)."""
    parts = (
        one.sheet and f"feuille « {one.sheet} »",
        one.line and f"ligne {one.line}",
        one.table and f"table {one.table}",
        one.column and f"colonne « {one.column} »",
    )
    return ", ".join(part for part in parts if part)
