"""Ours as it merges members: the stages on the exports themselves, shipped parameters, an empty state.

Only for sets that are member exports. Besides clusters and pairs it tells which pairs wait for a person.
"""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.peers.adapter import task
from transforms.continuity import stage as continuity
from transforms.golden import stage as golden
from transforms.matching import stage as matching
from transforms.sources import stage as sources
from transforms.standardise import stage as standard
from transforms.warehouse.database import connect

_CLUSTERS = "SELECT source || '/' || member_id AS record_id, company_id AS cluster_id FROM golden.memberships"
_PAIRS = """
WITH queue AS (
    SELECT left_source, left_member_id, right_source, right_member_id, TRUE AS waits
    FROM matching.review
)
SELECT
    left_source || '/' || left_member_id AS left_id,
    right_source || '/' || right_member_id AS right_id,
    probability,
    CASE WHEN waits THEN 'review' WHEN zone = 'match' THEN zone ELSE 'distinct' END AS zone
FROM matching.pairs
LEFT JOIN queue USING (left_source, left_member_id, right_source, right_member_id)
"""


def main() -> None:
    """Run the stages up to the memberships that a publication copies."""
    work = task(__doc__, ["run"])
    with tempfile.TemporaryDirectory() as scratch:
        build, state = Path(scratch) / "build.duckdb", Path(scratch) / "state"
        sources.run(build, sources.IntakeParameters(raw=Path(work.spec["exports"])))
        standard.run(build, standard.StandardiseParameters())
        continuity.run(build, continuity.ContinuityParameters(state=state, started_at=datetime.now(UTC)))
        matching.run(build, matching.MatchParameters(state=state))
        golden.run(build, golden.GoldenParameters(state=state, run_id="peers"))
        with connect(build, read_only=True) as con:
            con.execute(_CLUSTERS).df().to_parquet(work.clusters, index=False)
            con.execute(_PAIRS).df().to_parquet(work.pairs, index=False)


if __name__ == "__main__":
    main()
