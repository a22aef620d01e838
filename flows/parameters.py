"""What a person may choose when starting a flow; titles and descriptions are those of the Prefect form."""

from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from flows.places import STATE, WAREHOUSE
from flows.settings import settings
from transforms.continuity.gates import Gate
from transforms.matching.members import members_spec
from transforms.warehouse.board.parameters import BoardParameters
from transforms.warehouse.fees.parameters import FeeParameters

_ZONES = members_spec().thresholds


class MergeParameters(BaseModel):
    """Where the merge reads and writes, and how sure it must be."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    raw: Path = Field(
        default_factory=lambda: settings().raw,
        title="Dossier des exports",
        description="Un sous-dossier par réseau, par exemple clustr et numelink.",
    )
    warehouse: Path = WAREHOUSE
    state: Path = STATE
    force: frozenset[Gate] = Field(
        frozenset(),
        title="Contrôles à lever",
        description="Un export plus ancien ou bien plus court que le dernier publié, des numéros d'adhérent "
        "ou une unité qui ont changé, une colonne disparue, un dossier d'état qui n'est pas celui de "
        "l'entrepôt arrêtent la fusion ; à lever seulement après vérification.",
    )
    match_from: float = Field(
        _ZONES.match_from,
        ge=0.5,
        le=0.999,
        title="Probabilité à partir de laquelle deux fiches sont fusionnées",
        description="Plus haut : moins de fusions à tort, plus de paires à juger.",
    )
    review_from: float = Field(
        _ZONES.review_from,
        ge=0.01,
        le=0.9,
        title="Probabilité à partir de laquelle une paire est à juger",
        description="Plus haut : moins de paires à juger, plus de doublons manqués.",
    )
    largest_group: int = Field(
        _ZONES.largest_group,
        ge=2,
        le=1000,
        title="Fiches au-delà desquelles une entreprise est à vérifier",
        description="Au-delà, le lien le plus faible qui la tient est à juger ; rien n'est séparé d'office.",
    )
    board: BoardParameters = Field(
        default_factory=lambda: settings().board,
        title="Sièges du conseil",
        description="Comment les sièges sont répartis entre les territoires (table board_seats).",
    )
    fees: FeeParameters = Field(
        default_factory=lambda: settings().fees,
        title="Grille commune des cotisations",
        description="Ce que chacun paierait, à comparer avec aujourd'hui (table fee_scenarios).",
    )

    @model_validator(mode="after")
    def _review_below_match(self) -> Self:
        if self.review_from >= self.match_from:
            raise ValueError("la probabilité « à juger » doit être plus petite que celle de fusion")
        return self
