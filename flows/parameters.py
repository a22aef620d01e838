"""What a person may choose when starting the merge; titles and descriptions are those of the Prefect form."""

from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from flows.form import Form
from flows.places import RAW, STATE, WAREHOUSE, shown
from flows.settings import settings
from transforms.gates import Gate
from transforms.matching.members import members_spec
from transforms.warehouse.board.parameters import BoardParameters
from transforms.warehouse.fees.parameters import FeeParameters

_ZONES = members_spec().thresholds


def _board() -> BoardParameters:
    return settings().board


def _fees() -> FeeParameters:
    return settings().fees


class MergeParameters(Form):
    """Where the merge reads and writes, and how sure it must be."""

    raw: Path = RAW
    force: frozenset[Gate] = Field(
        frozenset(),
        title="Contrôles à lever",
        description="Laisser vide. Quand un contrôle a refusé la publication et que vous avez vérifié que "
        "tout est juste, choisir ici le contrôle que nomme le message du refus, et lui seul ; c'est inscrit "
        "au journal.",
    )
    match_from: float = Field(
        _ZONES.match_from,
        ge=0.5,
        le=0.999,
        title="Probabilité à partir de laquelle deux fiches sont fusionnées",
        description="De 0,5 à 0,999. Plus haut : moins de fusions à tort, plus de paires à juger.",
    )
    review_from: float = Field(
        _ZONES.review_from,
        ge=0.01,
        le=0.9,
        title="Probabilité à partir de laquelle une paire est à juger",
        description="De 0,01 à 0,9, et plus petite que la précédente. Plus haut : moins de paires à juger, "
        "plus de doublons manqués.",
    )
    largest_group: int = Field(
        _ZONES.largest_group,
        ge=2,
        le=1000,
        title="Fiches au-delà desquelles une entreprise est à vérifier",
        description="Au-delà, le lien le plus faible qui la tient est à juger ; rien n'est séparé d'office.",
    )
    warehouse: Path = WAREHOUSE
    state: Path = STATE
    board: BoardParameters = Field(
        default_factory=_board,
        title="Sièges du conseil",
        description="Comment les sièges sont répartis entre les territoires (table board_seats).",
        json_schema_extra=shown(lambda: _board().as_form()),
    )
    fees: FeeParameters = Field(
        default_factory=_fees,
        title="Grille commune des cotisations",
        description="Ce que chacun paierait, à comparer avec aujourd'hui (table fee_scenarios).",
        json_schema_extra=shown(lambda: _fees().as_form()),
    )

    @model_validator(mode="after")
    def _review_below_match(self) -> Self:
        if self.review_from >= self.match_from:
            told = f"{self.review_from} n'est pas plus petite que {self.match_from}".replace(".", ",")
            raise ValueError(f"la probabilité « à juger » doit être plus petite que celle de fusion : {told}")
        return self
