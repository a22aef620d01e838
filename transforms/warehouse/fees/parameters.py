"""The common grid of fees that a run compares with what members pay today."""

from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from transforms import reference

_Factor = Annotated[float, Field(ge=0, le=100)]


def _amount(default: float, title: str, more: str = "") -> Any:
    return Field(default, ge=0, le=1_000_000, title=title, description=f"En euros par an.{more}")


def _by_college(given: Any) -> Any:
    """What a form gives, a row a college, as a factor a college; anything else as it is."""
    if not isinstance(given, list | tuple):
        return given
    found: dict[str, Any] = {}
    for row in given:
        college = row.get("college") if isinstance(row, dict) else None
        if not isinstance(college, str) or not college.strip() or "factor" not in row:
            raise ValueError("à chaque coefficient il faut un collège et un nombre")
        if college.strip() in found:
            raise ValueError("le même collège a deux coefficients")
        found[college.strip()] = row["factor"]
    return found


def _as_rows(schema: dict[str, Any]) -> None:
    """A form has no fields for names that it does not know beforehand, but it can have a list of rows."""
    del schema["additionalProperties"]
    schema.update(type="array", default=[], items=_ROW)


_ROW = {
    "type": "object",
    "title": "Collège",
    "properties": {
        "college": {
            "type": "string",
            "minLength": 1,
            "title": "Nom du collège",
            "description": "Tel que les exports l'écrivent, par exemple Startup.",
            "position": 0,
        },
        "factor": {
            "type": "number",
            "minimum": 0,
            "maximum": 100,
            "title": "Coefficient",
            "description": "De 0 à 100 ; 0,5 pour un demi-tarif.",
            "position": 1,
        },
    },
    "required": ["college", "factor"],
}


class FeeParameters(BaseModel):
    """A yearly fee for each size class (jobs), in euros, and a factor for each college.

    The defaults double from class to class: a place to start from, which no statute has settled.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    jobs_0_9: float = _amount(500, "De 0 à 9 emplois")
    jobs_10_49: float = _amount(1000, "De 10 à 49 emplois")
    jobs_50_249: float = _amount(2000, "De 50 à 249 emplois")
    jobs_250_4999: float = _amount(4000, "De 250 à 4 999 emplois")
    jobs_5000: float = _amount(8000, "5 000 emplois et plus")
    jobs_unknown: float = _amount(500, "Effectif inconnu", " Ces membres sont aussi comptés à part.")
    college_factors: Annotated[dict[str, _Factor], BeforeValidator(_by_college)] = Field(
        {},
        title="Coefficient par collège",
        description="Une ligne par collège qui ne paie pas le plein tarif, par exemple Startup et 0,5 pour "
        "un demi-tarif. Un collège sans ligne a 1 : une liste vide laisse le plein tarif à tous.",
        json_schema_extra=_as_rows,
    )

    def as_form(self) -> dict[str, Any]:
        """The same as a form has it."""
        rows = [{"college": college, "factor": factor} for college, factor in self.college_factors.items()]
        return self.model_dump(mode="json") | {"college_factors": rows}

    @property
    def amounts(self) -> dict[str, Decimal]:
        """The fee of each size class of the reference, the unknown one last."""
        classes = [*reference.load("size_classes")["classes"], reference.load("size_classes")["unknown"]]
        given = (
            *(self.jobs_0_9, self.jobs_10_49, self.jobs_50_249, self.jobs_250_4999, self.jobs_5000),
            self.jobs_unknown,
        )
        cents = [Decimal(str(amount)).quantize(Decimal("0.01")) for amount in given]
        return dict(zip(classes, cents, strict=True))
