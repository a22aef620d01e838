"""Every path and limit of an installation, from the environment, in one place."""

import re
from datetime import time
from functools import cache
from pathlib import Path

from pydantic import Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from transforms.errors import InputError
from transforms.warehouse.board.parameters import BoardParameters
from transforms.warehouse.fees.parameters import FeeParameters

_PROJECT = Path(__file__).parent.parent
_PREFIX = "ALLIAGE_"


class Settings(BaseSettings):
    """Read from variables named `ALLIAGE_<NAME>`; the defaults suit a checkout of the project.

    One choice inside a group has two underscores before its name: `ALLIAGE_BOARD__METHOD`.
    """

    # « ALLIAGE_PASSWORD= » says nothing: it is no password that is empty.
    model_config = SettingsConfigDict(
        env_prefix=_PREFIX, env_nested_delimiter="__", env_ignore_empty=True, frozen=True
    )

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
    invalid_ids_share: float = Field(
        0.4, ge=0, le=1, description="share of a source's SIREN, SIRET, VAT and RNA cells that may be refused"
    )
    group_limit: int = Field(40, ge=1, description="records that one company may have")
    match_rate_drift: float = Field(
        0.5, ge=0, description="how far the share of merged records may move, as a share of the last one"
    )
    changed_ids_share: float = Field(0.1, ge=0, le=1, description="share of companies whose id may change")
    critical_rules: int = Field(0, ge=0, description="critical quality rules that may fail")
    versions_kept_days: int = Field(
        365, ge=1, description="days that a publication is kept, the one in use apart"
    )
    exports_kept_days: int = Field(
        365, ge=1, description="days that an export is kept once a newer one is there; the newest stays"
    )
    decisions_kept_days: int = Field(
        365, ge=1, description="days that a dropped file of decisions is kept once all of it was taken"
    )
    logs_kept_days: int = Field(
        60, ge=1, description="days that a log of the service is kept, once set aside"
    )
    workbooks_kept_days: int = Field(90, ge=1, description="days that a workbook of refused cells is kept")
    flow_runs_kept_days: int = Field(60, ge=1, description="days that Prefect keeps an ended run")
    board: BoardParameters = Field(BoardParameters(), description="how seats of the board are shared")
    fees: FeeParameters = Field(FeeParameters(), description="common grid of fees to compare with")
    prefect_home: Path = Field(_PROJECT / ".prefect", description="Prefect's own database, settings and logs")
    host: str = Field("127.0.0.1", description="address of the web interface")
    port: int = Field(4200, ge=1, le=65535, description="port of the web interface")
    review_port: int = Field(
        4201, ge=1, le=65535, description="port of the stewards' page, at the same address"
    )
    review_names: tuple[str, ...] = Field(
        (), description="names under which others reach the stewards' page, beside its address"
    )
    password: SecretStr | None = Field(None, description="asked by the web interface; needed beyond loopback")
    database: SecretStr | None = Field(
        None, description="postgresql://... of the web interface; without it a SQLite file in prefect_home"
    )
    public_url: str | None = Field(
        None,
        description="https://... under which people open the web interface, where it is not host and port",
    )
    alert_email: str | None = Field(None, description="who gets alerts by e-mail, separated by commas")
    alert_smtp: SecretStr | None = Field(None, description="smtp://user:password@host:587, or smtps://...")
    alert_sender: str | None = Field(None, description="from whom the e-mails come")
    alert_slack: SecretStr | None = Field(None, description="incoming webhook of Slack, or of a kin of it")
    alert_teams: SecretStr | None = Field(None, description="address of a workflow of Microsoft Teams")
    alert_webhook: SecretStr | None = Field(None, description="any address that takes JSON by POST")
    alert_deadline: time = Field(time(7), description="when the night must have published, in Paris")

    traceback: bool = Field(False, description="show where in the program an unexpected error arose")


@cache
def settings() -> Settings:
    """The settings of this process.

    Raises:
        InputError: a variable does not hold what it should.
    """
    try:
        return Settings()
    except SettingsError as error:
        # The library names the field only inside its English sentence.
        field = re.search(r'field "(\w+)"', str(error))
        name = _PREFIX + field[1].upper() if field else _PREFIX
        raise _not_valid(f"{name} n'est pas un objet JSON lisible") from error
    except ValidationError as error:
        raise _not_valid(" ; ".join(_told(problem) for problem in error.errors())) from error


def _not_valid(found: str) -> InputError:
    return InputError(
        "Un réglage de l'environnement n'est pas valable.",
        found=found,
        next_step="corriger ou retirer cette variable, puis relancer",
    )


def _told(problem: ErrorDetails) -> str:
    name = _PREFIX + "__".join(str(part) for part in problem["loc"]).upper()
    if problem["type"] == "value_error":
        return f"{name}… : {problem['msg'].removeprefix('Value error, ')}"
    if problem["type"] == "extra_forbidden":
        return f"{name}, qui n'existe pas"
    expected = str(problem.get("ctx", {}).get("expected", "")).replace(" or ", " ou ")
    return f"{name} = « {problem['input']} »" + (f" (attendu : {expected})" if expected else "")
