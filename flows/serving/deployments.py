"""What `prefect.yaml` declares: the deployments that staff find in the web interface.

Only the part of Prefect's format that Alliage uses is read; the rest is refused, so that nobody waits for an
effect that does not come.
"""

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from transforms.errors import InputError, Where

POOL = "alliage"
RUNS_AT_ONCE = 2
"""How many runs may go on at the same time: one that publishes, and one that only reads."""
QUEUES = {"publication": 1, "default": 1}
"""How many runs of each queue may go on at the same time. Two that publish would only meet the lock."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Schedule(_Strict):
    """When a deployment runs by itself."""

    cron: str = Field(pattern=r"^[\d*,/-]+( [\w*,/-]+){4}$")
    timezone: str
    slug: str

    @field_validator("timezone")
    @classmethod
    def _known(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError("fuseau horaire inconnu") from error
        return name


class Place(_Strict):
    """The pool and queue of a deployment."""

    name: str = Field(pattern=f"^{POOL}$")
    work_queue_name: str

    @field_validator("work_queue_name")
    @classmethod
    def _known(cls, name: str) -> str:
        if name not in QUEUES:
            raise ValueError(f"file d'attente inconnue, attendu : {', '.join(QUEUES)}")
        return name


class Deployment(_Strict):
    """One thing that staff may start."""

    name: str
    entrypoint: str = Field(pattern=r"^flows\.\w+\.\w+$")
    description: str
    tags: tuple[str, ...] = ()
    parameters: dict[str, Any] = Field(default_factory=dict)
    schedules: tuple[Schedule, ...] = ()
    work_pool: Place


class _File(_Strict):
    name: str
    pull: tuple[()] = ()
    deployments: tuple[Deployment, ...]


def declared(path: Path) -> tuple[Deployment, ...]:
    """The deployments that the file at `path` declares, in its order.

    Raises:
        InputError: the file is missing, is no YAML, or says something that Alliage does not know.
    """
    try:
        return _File.model_validate(yaml.safe_load(path.read_text(encoding="utf-8"))).deployments
    except OSError as error:
        raise _unreadable(path, "le fichier manque ou ne peut pas être lu") from error
    except yaml.YAMLError as error:
        raise _unreadable(path, f"ce n'est pas du YAML : {error}".replace("\n", " ")) from error
    except ValidationError as error:
        problems = (f"{'.'.join(map(str, one['loc']))} : {one['msg']}" for one in error.errors())
        raise _unreadable(path, " ; ".join(problems)) from error


def _unreadable(path: Path, found: str) -> InputError:
    return InputError(
        "La liste de ce qui se lance depuis l'interface n'est pas lisible.",
        where=Where(file=str(path)),
        found=found,
        next_step="corriger ce fichier, ou le remettre tel que livré, puis relancer",
    )
