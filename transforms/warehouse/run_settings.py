"""Which settings differ between two publications, in the words of `reference/run_settings.yml`."""

import json
from collections.abc import Iterator
from typing import Any

import duckdb
from pydantic import BaseModel, ConfigDict

from transforms import reference
from transforms.wording import decimal

# A version that was put back has the settings of the run that published it.
_IN_SERVICE = """
SELECT coalesce(origin.parameters, run.parameters)
FROM {schema}runs AS run
LEFT JOIN {schema}runs AS origin
    ON run.verdict = 'restored' AND origin.run_id = json_extract_string(run.parameters, '$.version')
WHERE run.run_id = ?
"""
_DIGITS = 6


class SettingChange(BaseModel):
    """A setting that two publications do not share; label and values as people read them (French)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    setting: str
    label: str
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.label} : {self.old} → {self.new}"


def settings_of(con: duckdb.DuckDBPyConnection, run_id: str | None, schema: str = "") -> str:
    """The parameters (JSON) of the publication of `run_id`; none if the run log does not know it.

    `schema` prefixes the table `runs`, point included.
    """
    found = con.execute(_IN_SERVICE.format(schema=schema), [run_id]).fetchall()
    return str(found[0][0]) if found else "{}"


def changed_settings(old: str, new: str) -> tuple[SettingChange, ...]:
    """What differs between two parameters of runs, in the order of the reference.

    What only one of them has is no change: another version of the program wrote the other.

    Args:
        old: JSON, as `runs.parameters` has it.
        new: likewise.
    """
    before, after = (_by_place(json.loads(text)) for text in (old, new))
    shared = [
        place for place in reference.load("run_settings")["settings"] if place in before and place in after
    ]
    return tuple(
        change
        for place in shared
        if before[place] != after[place]
        for change in _changes(place, before[place], after[place])
    )


def _by_place(settings: dict[str, Any]) -> dict[str, Any]:
    """The settings of all groups by their place: `board.method`."""
    groups = {group: inner for group, inner in settings.items() if isinstance(inner, dict)}
    inside = {f"{group}.{name}": value for group, inner in groups.items() for name, value in inner.items()}
    return {name: value for name, value in settings.items() if name not in groups} | inside


def _changes(place: str, old: Any, new: Any) -> Iterator[SettingChange]:
    label = reference.load("run_settings")["settings"][place]
    if (otherwise := reference.load("run_settings")["per_key"].get(place)) is None:
        yield SettingChange(setting=place, label=label, old=_told(place, old), new=_told(place, new))
        return
    for name in sorted({**old, **new}):
        values = [given.get(name, otherwise) for given in (old, new)]
        if values[0] != values[1]:
            before, after = (_told(place, value) for value in values)
            yield SettingChange(setting=place, label=label.format(name=f"« {name} »"), old=before, new=after)


def _told(place: str, value: Any) -> str:
    plain = value if isinstance(value, str) else json.dumps(value)
    words = reference.load("run_settings")["words"].get(place, {})
    if plain in words:
        return str(words[plain])
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return plain if isinstance(value, str) else _figure(value)


def _figure(value: float) -> str:
    """A number without decimals that say nothing: 0,65; 1 200."""
    text = decimal(value, _DIGITS)
    return text.rstrip("0").rstrip(",") if "," in text else text
