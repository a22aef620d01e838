"""The common grid of fees that a run compares with what members pay today."""

from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from transforms import reference

_Factor = Annotated[float, Field(ge=0, le=100)]


def _amount(default: float, title: str, more: str = "") -> Any:
    return Field(default, ge=0, le=1_000_000, title=title, description=f"En euros par an.{more}")


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
    college_factors: dict[str, _Factor] = Field(
        {},
        title="Coefficient par collège",
        description="Par exemple 0,5 pour un demi-tarif ; un collège qui n'est pas nommé, ou inconnu, a 1.",
    )

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
