"""Where a flow finds the warehouse and its state: two fields that every form asks for in the same words."""

from typing import Any

from pydantic import Field

from flows.settings import settings

WAREHOUSE: Any = Field(
    default_factory=lambda: settings().warehouse,
    title="Entrepôt publié",
    description="Fichier DuckDB que les analystes ouvrent.",
)
STATE: Any = Field(
    default_factory=lambda: settings().state,
    title="Dossier d'état",
    description="Identifiants d'entreprises et décisions, à conserver d'une exécution à l'autre.",
)
