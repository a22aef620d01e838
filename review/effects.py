"""What each choice on a pair would do, in words."""

from collections.abc import Mapping

import duckdb

from flows.effect import effect_of
from transforms.matching.decisions.decision import Verdict

_VERDICTS: tuple[Verdict, ...] = ("same", "different", "unsure")


def effects(con: duckdb.DuckDBPyConnection, left: str, right: str) -> Mapping[str, str]:
    """A French sentence for each verdict on two records (`source:member_id`)."""
    return {verdict: effect_of(con, left, right, verdict).sentence for verdict in _VERDICTS}
