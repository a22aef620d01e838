"""Splink, trained without labels, on the blocking rules and comparisons of the set's YAML (`splink`).

Clusters are connected components from `_CLUSTERS_FROM` on, its usual way. Nothing goes through Python between
table and files: DuckDB reads and writes them.
"""

import logging
from typing import Any

import duckdb
import splink.comparison_library as comparisons
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from benchmarks.peers.adapter import FLOOR, Task, task

_CLUSTERS_FROM = 0.95
_SEED = 1
_RANDOM_PAIRS = 2e6


def main() -> None:
    """Train, predict, cluster, write."""
    work = task(__doc__, ["hand-set"])
    # EM cannot train a level that never occurs; Splink says so at length and goes on with its default.
    logging.getLogger("splink").setLevel(logging.ERROR)
    with duckdb.connect() as con:
        linker = _linker(con, work)
        _train(linker, work.spec["splink"])
        pairs = linker.inference.predict(threshold_match_probability=FLOOR)
        con.sql(
            f"SELECT unique_id_l AS left_id, unique_id_r AS right_id, match_probability AS probability "
            f"FROM {pairs.physical_name}"
        ).write_parquet(str(work.pairs))
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
            pairs, threshold_match_probability=_CLUSTERS_FROM
        )
        con.sql(
            f"SELECT unique_id AS record_id, cluster_id::VARCHAR AS cluster_id FROM {clusters.physical_name}"
        ).write_parquet(str(work.clusters))


def settings(spec: dict[str, Any]) -> SettingsCreator:
    """Splink's settings from the YAML of a set."""
    told = spec["splink"]
    return SettingsCreator(
        link_type="link_only" if spec["no_duplicates"] else "dedupe_only",
        comparisons=[comparison(one) for one in told["comparisons"]],
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in told["predict"]],
        retain_matching_columns=False,
        source_dataset_column_name="source",
    )


def comparison(told: dict[str, Any]) -> Any:
    """One comparison: `kind` is a class of Splink's comparison library, `at` its thresholds."""
    columns = told["column"] if isinstance(told["column"], list) else [told["column"]]
    made = getattr(comparisons, told["kind"])(
        *columns, *([told["at"]] if "at" in told else []), **told.get("options", {})
    )
    return made.configure(term_frequency_adjustments=True) if told.get("frequencies") else made


def _linker(con: duckdb.DuckDBPyConnection, work: Task) -> Linker:
    con.read_parquet(str(work.table)).create_view("given")
    api = DuckDBAPI(connection=con)
    columns = ", ".join(["record_id AS unique_id", "source", *work.columns])
    if not work.spec["no_duplicates"]:
        con.execute(f"CREATE TABLE records AS SELECT {columns} FROM given")
        return Linker(api.register("records"), settings(work.spec), log_level=logging.ERROR)
    sources = [name for (name,) in con.execute("SELECT DISTINCT source FROM given ORDER BY 1").fetchall()]
    tables = []
    for at, name in enumerate(sources):
        con.execute(f"CREATE TABLE records_{at} AS SELECT {columns} FROM given WHERE source = ?", [name])
        tables.append(api.register(f"records_{at}"))
    return Linker(tables, settings(work.spec), log_level=logging.ERROR)


def _train(linker: Linker, told: dict[str, Any]) -> None:
    certain = told["certain"]
    linker.training.estimate_probability_two_random_records_match(
        [block_on(*rule) for rule in certain["rules"]], recall=certain["recall"]
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=_RANDOM_PAIRS, seed=_SEED)
    for rule in told["train"]:
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(*rule))


if __name__ == "__main__":
    main()
