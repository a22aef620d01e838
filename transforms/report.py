"""What a stage tells about its work: a small frozen report that accounts for every row."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator


class Remark(BaseModel):
    """One thing that a person should know, in French, with the source it is about."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    level: Literal["info", "warning"] = "info"
    source: str | None = None
    text: str


class StageReport(BaseModel):
    """Rows in and out of one stage, further counts by name, and remarks.

    Raises:
        ValueError: the rows do not add up; a stage never loses a row silently.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    stage: str
    rows_in: int
    rows_out: int
    rejected: int = 0
    ignored: int = 0
    counts: dict[str, int] = {}
    remarks: tuple[Remark, ...] = ()

    @model_validator(mode="after")
    def _account_for_every_row(self) -> Self:
        if self.rows_in != self.rows_out + self.rejected + self.ignored:
            raise ValueError(
                f"stage {self.stage} lost rows: {self.rows_in} in, {self.rows_out} out, "
                f"{self.rejected} rejected, {self.ignored} ignored"
            )
        return self
