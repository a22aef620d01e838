"""How long a run takes on some 800 records; four times the bars, because test machines are noisy."""

from collections.abc import Callable
from pathlib import Path

from pipelines import installed, run_all

from benchmarks.sample import generate
from expectations import runner

STAGES_S = 3.0
VALIDATION_S = 4.0
NOISE = 4
MEMORY_MB = 1500


def test_stages_and_validation_keep_to_their_time(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    sample = generate(companies=600, seed=7)
    assert 750 < len(sample.truth) < 900
    # Its import is start-up time.
    runner.load()
    outcome = run_all(installed(tmp_path, sample))
    seconds = {timed.report.stage: timed.seconds for timed in outcome.stages}
    validation = seconds.pop("validate")
    record_property("stages_seconds", round(sum(seconds.values()), 2))
    record_property("validation_seconds", validation)
    assert sum(seconds.values()) < STAGES_S * NOISE, seconds
    assert validation < VALIDATION_S * NOISE
    assert outcome.peak_memory_mb < MEMORY_MB
