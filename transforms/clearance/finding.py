"""What a gate of this stage says: a value within or beyond its limit, and what to do beyond it."""

from pydantic import BaseModel, ConfigDict

from transforms.gates import Gate


class Finding(BaseModel):
    """What one gate looked at.

    Args:
        gate: the gate.
        source: the source, if it is about one.
        holds: whether it lies within the limit.
        found: the value (French).
        expected: the limit (French).
        fix: what to look at where it does not hold (French, an infinitive).
        detail: more about what was found, for the message of a refusal.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    gate: Gate
    source: str | None = None
    holds: bool
    found: str
    expected: str
    fix: str
    detail: str = ""
