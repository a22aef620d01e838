"""What all parts of a matching spec are: fixed once read, without unknown keys, their numbers finite."""

from pydantic import BaseModel, ConfigDict


class Strict(BaseModel):
    """A part of a matching spec."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
