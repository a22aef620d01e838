"""Every path and limit of an installation, from the environment, in one place."""

from functools import cache
from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from transforms.errors import InputError

_PROJECT = Path(__file__).parent.parent
_PREFIX = "ALLIAGE_"


class Settings(BaseSettings):
    """Read from variables named `ALLIAGE_<NAME>`; the defaults suit a checkout of the project."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, frozen=True)

    raw: Path = Field(_PROJECT / "data" / "raw", description="exports, one folder a source")
    warehouse: Path = Field(_PROJECT / "data" / "clean" / "warehouse.duckdb", description="published file")
    state: Path = Field(_PROJECT / "data" / "state", description="what must outlive a warehouse")
    contracts: Path = Field(_PROJECT / "transforms" / "sources", description="YAML contracts of the sources")
    storage_version: str = Field("v1.2.0", description="oldest DuckDB that must read the published file")
    versions_kept: int = Field(10, ge=1, description="publications kept, the one in use included")
    least_share: float = Field(
        0.7, ge=0, le=1, description="share of the last records that an export must have"
    )
    stale_after_days: int = Field(45, ge=1, description="days without a new export before someone is told")
    renumbered_share: float = Field(
        0.05, ge=0, le=1, description="share of members that may change their number"
    )
    prefect_home: Path = Field(_PROJECT / ".prefect", description="Prefect's own database and settings")

    traceback: bool = Field(False, description="show where in the program an unexpected error arose")


@cache
def settings() -> Settings:
    """The settings of this process.

    Raises:
        InputError: a variable does not hold what it should.
    """
    try:
        return Settings()
    except ValidationError as error:
        wrong = {str(problem["loc"][0]): problem["input"] for problem in error.errors()}
        raise InputError(
            "Un réglage de l'environnement n'est pas valable.",
            found=" ; ".join(f"{_PREFIX}{name.upper()} = « {value} »" for name, value in wrong.items()),
            next_step="corriger ou retirer cette variable, puis relancer",
        ) from error
