"""Every path and limit of an installation, from the environment, in one place."""

from functools import cache
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

_PROJECT = Path(__file__).parent.parent


class Settings(BaseSettings):
    """Read from variables named `ALLIAGE_<NAME>`; the defaults suit a checkout of the project."""

    model_config = SettingsConfigDict(env_prefix="ALLIAGE_", frozen=True)

    raw: Path = Field(_PROJECT / "data" / "raw", description="exports, one folder a source")
    warehouse: Path = Field(_PROJECT / "data" / "clean" / "warehouse.duckdb", description="published file")
    state: Path = Field(_PROJECT / "data" / "state", description="what must outlive a warehouse")
    contracts: Path = Field(_PROJECT / "transforms" / "sources", description="YAML contracts of the sources")
    storage_version: str = Field("v1.2.0", description="oldest DuckDB that must read the published file")
    prefect_home: Path = Field(_PROJECT / ".prefect", description="Prefect's own database and settings")

    traceback: bool = Field(False, description="show where in the program an unexpected error arose")


@cache
def settings() -> Settings:
    """The settings of this process."""
    return Settings()
