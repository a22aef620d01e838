"""What the statutes may decide about the seats of the board; titles and descriptions are those of a form."""

from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from transforms import reference
from transforms.warehouse.board.apportionment import Method

CRITERIA = ("jobs", "members", "fees")


def _names() -> dict[str, str]:
    """The methods as people read them, by their codes."""
    names: dict[str, str] = reference.load("run_settings")["words"]["board.method"]
    return names


def _code(given: Any) -> Any:
    """The code of a method that is called by its name; anything else as it is."""
    return next((code for code, name in _names().items() if name == given), given)


def _by_name(schema: dict[str, Any]) -> None:
    """A form shows the very values that there are to choose from: names, not codes."""
    names = _names()
    schema.update(enum=list(names.values()), default=names[schema["default"]])


class BoardParameters(BaseModel):
    """How the seats of the board are shared between territories."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    method: Annotated[Method, BeforeValidator(_code)] = Field(
        "sainte_lague",
        title="Méthode de répartition",
        description="Sainte-Laguë ; D'Hondt favorise les grands territoires, Huntington-Hill un peu les "
        "petits ; plus fort reste : avec le quotient de Hare.",
        json_schema_extra=_by_name,
    )
    weight_jobs: float = Field(
        1,
        ge=0,
        le=1000,
        title="Poids des emplois",
        description="Relatif aux deux autres poids ; 0 : ne compte pas.",
    )
    weight_members: float = Field(
        1, ge=0, le=1000, title="Poids du nombre de membres", description="Relatif aux deux autres poids."
    )
    weight_fees: float = Field(
        1, ge=0, le=1000, title="Poids des cotisations", description="Relatif aux deux autres poids."
    )
    seats: int = Field(26, ge=1, le=200, title="Sièges à répartir", description="Administrateurs élus.")
    minimum: int = Field(
        1,
        ge=0,
        le=200,
        title="Sièges au moins par territoire",
        description="Pour chaque territoire qui a au moins un membre actif ; 0 : aucun minimum.",
    )
    outside_region: bool = Field(
        False,
        title="Hors région : un territoire de plus",
        description="Sinon les membres hors d'Auvergne-Rhône-Alpes sont montrés, mais n'ont pas de siège.",
    )
    voting_colleges: tuple[str, ...] = Field(
        (),
        title="Collèges qui comptent",
        description="Tels que les exports les écrivent ; vide : tous. Un membre sans collège connu compte "
        "toujours.",
    )

    @model_validator(mode="after")
    def _can_be_shared(self) -> Self:
        if not any(self.weights.values()):
            raise ValueError(
                "au moins un des poids (emplois, membres, cotisations) doit être plus grand que 0"
            )
        territories = len(self.seat_territories)
        if self.minimum * territories > self.seats:
            raise ValueError(
                f"{territories} territoires avec au moins {self.minimum} sièges demandent "
                f"{self.minimum * territories} sièges : il n'y en a que {self.seats}"
            )
        return self

    def as_form(self) -> dict[str, Any]:
        """The same as a form has it."""
        return self.model_dump(mode="json") | {"method": _names()[self.method]}

    @property
    def weights(self) -> dict[str, float]:
        """The weight of each criterion, as it was given."""
        given = (self.weight_jobs, self.weight_members, self.weight_fees)
        return dict(zip(CRITERIA, given, strict=True))

    @property
    def seat_territories(self) -> tuple[str, ...]:
        """Codes of the territories that may hold seats."""
        data = reference.load("territories")
        out = () if self.outside_region else (data["elsewhere"],)
        return tuple(code for code in sorted(data["territories"]) if code not in out)
