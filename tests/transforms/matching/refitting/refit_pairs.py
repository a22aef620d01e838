"""Judged pairs for the tests of refitting, under a small spec, and lines of the log."""

from datetime import UTC, datetime
from typing import Any

import numpy as np

from transforms.matching.link import weights_of
from transforms.matching.refitting.evidence import Evidence
from transforms.matching.refitting.in_force import fingerprint, named_weights
from transforms.matching.refitting.weight_log import Refit
from transforms.matching.spec import MatchingSpec

SPEC = MatchingSpec.model_validate(
    {
        "blocking": {"rules": [{"name": "town", "keys": ["town"]}]},
        "prior": 0.0,
        "comparisons": [
            {
                "signal": "number",
                "kind": "identifier",
                "column": "number",
                "low": "low",
                "high": "high",
                "weights": {"same": 7.0, "rounded_agrees": 3.0, "rounded_differs": -2.0, "different": -30.0},
            },
            {
                "signal": "town",
                "kind": "text",
                "columns": ["town"],
                "shared_from": {"shared": 9},
                "weights": {"same": 2.0, "shared": 0.5, "different": -2.0},
            },
            {
                "signal": "phone",
                "kind": "text",
                "columns": ["phone"],
                "weights": {"same": 2.0, "different": -2.0},
            },
        ],
    }
)
SHIPPED = weights_of(SPEC)
# Levels by number, 0 being missing: number 1 different to 4 same; town 1 different, 2 shared, 3 same;
# phone 1 different, 2 same.
SIZES = [len(one.levels) for one in SPEC.comparisons]


def pairs(*rows: tuple[int, int, int, float]) -> Evidence:
    """One pair a row: the levels of number, town and phone, then its share."""
    columns = np.array(rows, dtype=float).reshape(-1, 4).T
    return Evidence.of([column.astype(np.int8) for column in columns[:3]], columns[3])


def refit_line(number: int, spec: MatchingSpec = SPEC, **changes: Any) -> Refit:
    """The refit R-<number>, whose weights are those of `spec`, the prior being its number."""
    named = named_weights(weights_of(spec), spec)
    content = {
        "refit_id": f"R-{number:04}",
        "made_at": datetime(2024, 5, number, tzinfo=UTC),
        "code_version": "0",
        "spec_sha256": fingerprint(spec),
        "run_id": "r",
        "decisions_sha256": "d",
        "same": 20,
        "different": 21,
        "outside": 1,
        "unjudged": 0,
        "log_loss_before": 0.5,
        "log_loss_after": 0.4,
        "before": named,
        "after": named.model_copy(update={"prior": float(number)}),
    }
    return Refit.model_validate(content | changes)
