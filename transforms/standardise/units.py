"""A column of turnover in another unit than it says, noticed from the size of its figures alone."""

import pandas as pd
from pydantic import BaseModel, ConfigDict

from transforms import reference
from transforms.report import Remark
from transforms.wording import number


class UnitParameters(BaseModel):
    """Between which bounds the middle of a whole column must lie, whatever single companies do.

    A French company turns over some 100,000 to 500,000 € a job (INSEE, Ésane), so a factor of 1,000 leaves
    these bounds and hardly anything else does.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    least_eur_a_job: float = 2_000.0
    most_eur_a_job: float = 10_000_000.0
    fewest_figures: int = 8


_DEFAULTS = UnitParameters()


def doubtful_columns(
    records: pd.DataFrame, columns: pd.DataFrame, parameters: UnitParameters = _DEFAULTS
) -> tuple[Remark, ...]:
    """A warning for each source whose turnover a job is a thousand times too high or too low.

    Args:
        records: `source`, `turnover_eur` in euros and `jobs`, standardised.
        columns: rows of `raw.columns`: header and unit of the column.
        parameters: bounds, and how many records must have both figures.
    """
    both = records[(records["jobs"] > 0) & (records["turnover_eur"] > 0)]
    a_job = (both["turnover_eur"] / both["jobs"]).groupby(both["source"], sort=True)
    middle = a_job.median()[a_job.size() >= parameters.fewest_figures]
    wrong = middle[(middle < parameters.least_eur_a_job) | (middle > parameters.most_eur_a_job)]
    return tuple(_remark(str(source), euros, columns, parameters) for source, euros in wrong.items())


def _remark(source: str, euros: float, columns: pd.DataFrame, parameters: UnitParameters) -> Remark:
    column = columns[(columns["source"] == source) & (columns["field"] == "turnover")].iloc[0]
    unit = column["unit"] if isinstance(column["unit"], str) else "€"
    label = reference.load("fields")["turnover"]["label"]
    size = "trop petits" if euros < parameters.least_eur_a_job else "trop grands"
    text = (
        f"{label} : lus en {unit}, les chiffres de la colonne « {column['header']} » sont {size} : "
        f"{number(euros)} € par emploi pour l'entreprise médiane. "
        f"Attendu : entre {number(parameters.least_eur_a_job)} et {number(parameters.most_eur_a_job)} € "
        "par emploi. À faire : vérifier l'unité de l'export, puis l'écrire dans l'en-tête (« CA (€) ») "
        "ou dans le contrat de la source."
    )
    return Remark(level="warning", source=source, text=text)
