"""Where a flow reads and writes: fields that every form asks for in the same words, filled in beforehand."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import Field

from flows.settings import settings


def shown(default: Callable[[], Any]) -> Callable[[dict[str, Any]], None]:
    """What puts the `default` of this installation into the schema of a field, when a form asks for it."""

    def show(schema: dict[str, Any]) -> None:
        value = default()
        schema["default"] = str(value) if isinstance(value, Path) else value

    return show


def _raw() -> Path:
    return settings().raw


def _warehouse() -> Path:
    return settings().warehouse


def _state() -> Path:
    return settings().state


RAW: Any = Field(
    default_factory=_raw,
    title="Dossier des exports",
    description="Un sous-dossier par réseau, par exemple clustr et numelink.",
    json_schema_extra=shown(_raw),
)
WAREHOUSE: Any = Field(
    default_factory=_warehouse,
    title="Entrepôt publié",
    description="Fichier DuckDB que les analystes ouvrent.",
    json_schema_extra=shown(_warehouse),
)
STATE: Any = Field(
    default_factory=_state,
    title="Dossier d'état",
    description="Identifiants d'entreprises et décisions, à conserver d'une exécution à l'autre.",
    json_schema_extra=shown(_state),
)
