"""What every form of a flow has in common: the order of its fields; an empty field means its default."""

from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator


def _as_form(schema: dict[str, Any]) -> None:
    """Number the fields, for the form shows them by number; our own words on the class are not for people."""
    schema.pop("description", None)
    for position, field in enumerate(schema.get("properties", {}).values()):
        field["position"] = position


class Form(BaseModel):
    """Parameters of a flow that people fill in; titles and descriptions are those of the form."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=_as_form)

    @model_validator(mode="before")
    @classmethod
    def _empty_is_default(cls, given: Any) -> Any:
        """A field that was filled and emptied again comes as nothing or as an empty text."""
        if not isinstance(given, dict):
            return given
        return {name: value for name, value in given.items() if value is not None and value != ""}
