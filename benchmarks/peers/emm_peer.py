"""ING's Entity Matching Model, which compares the names of companies and nothing else; no labels.

names          the best cosine similarity of its two name indexes, words and pairs of letters
noised         its classifier, trained on the names themselves and copies to which its own noiser gave faults

The table is both its ground truth and the names to match; a record is no candidate for itself.
"""

import logging
from typing import Any

import numpy as np
import pandas as pd
from emm import PandasEntityMatching
from emm.data.noiser import create_noiser
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from benchmarks.peers.adapter import Task, task

_CANDIDATES = 10
_TRAIN_ON = 3000
_CLUSTERS_FROM = {"names": 0.9, "noised": 0.5}
_INDEXERS = [
    {"type": "cosine_similarity", "tokenizer": "words", "ngram": 1, "num_candidates": _CANDIDATES},
    {"type": "cosine_similarity", "tokenizer": "characters", "ngram": 2, "num_candidates": _CANDIDATES},
    {"type": "sni", "window_length": 3},
]


def main() -> None:
    """Index, match, write."""
    work = task(__doc__, _CLUSTERS_FROM)
    logging.disable(logging.WARNING)
    if "company_name" not in work.spec:
        raise SystemExit("emm compares names of companies, and this set has none")
    table = work.read()
    names = pd.DataFrame({"id": range(len(table)), "name": table[work.spec["company_name"]].fillna("")})
    names = names[names["name"] != ""]
    trained = work.setup == "noised"
    matcher = PandasEntityMatching(name_only=True, indexers=_INDEXERS, supervised_on=trained)
    matcher.fit(names)
    if trained:
        matcher.fit_classifier(_with_faults(names), create_negative_sample_fraction=0.5)
    _write(work, table["record_id"], _scored(matcher.transform(names), trained=trained))


def _with_faults(names: pd.DataFrame) -> pd.DataFrame:
    some = names.sample(min(_TRAIN_ON, len(names)), random_state=1)
    noiser = create_noiser(names["name"].tolist(), noise_level=0.3, noise_type="all", random_seed=1)
    return some.assign(name=[noiser.noise(name) for name in some["name"]])


def _scored(found: pd.DataFrame, *, trained: bool) -> pd.DataFrame:
    score = found["nm_score"] if trained else found[["score_0", "score_1"]].max(axis=1)
    pairs = pd.DataFrame({"left": found["entity_id"], "right": found["gt_entity_id"], "score": score})
    return pairs[pairs["left"] != pairs["right"]].dropna()


def _write(work: Task, records: "pd.Series[Any]", pairs: pd.DataFrame) -> None:
    left, right = (pairs[side].to_numpy(int) for side in ("left", "right"))
    ids, score = records.to_numpy(), pairs["score"].to_numpy(float)
    work.write_pairs(ids[left], ids[right], score)
    linked = score >= _CLUSTERS_FROM[work.setup]
    graph = coo_array((np.ones(linked.sum()), (left[linked], right[linked])), shape=(len(ids), len(ids)))
    work.write_clusters(ids, connected_components(graph, directed=False)[1])


if __name__ == "__main__":
    main()
