"""Which words of two names decided, beside the level that they were given."""

from collections.abc import Iterable

import duckdb

from transforms.matching.explanation import Link
from transforms.matching.names.comparison import compare
from transforms.matching.names.words import WordWeights
from transforms.standardise.company_names import read_name

_SIGNAL = "name"
_BEARERS = """
SELECT word, count(*)
FROM (SELECT unnest($words) AS word)
JOIN companies ON contains(' ' || upper(strip_accents(name)) || ' ', ' ' || word || ' ')
GROUP BY word
"""


def told(con: duckdb.DuckDBPyConnection, link: Link) -> Link:
    """`link` that says which words its names share and which are on one side only.

    The published file holds names as people write them, so they are compared again; where that does not
    give the level that the pair was scored with (a trade name, a corrected cell), `link` stays as it is. So
    it does where one of the two is a sole trader, whose name is a person's.
    """
    names = [face.name for face in link.faces if face.name]
    if len(names) < 2:
        return link
    left, right = (read_name(name).core for name in names)
    found = compare(left, right, _weights(con, {*left.split(), *right.split()}))
    scored = {step.signal: step.level for step in link.steps}
    if scored.get(_SIGNAL) != found.level:
        return link
    return link.model_copy(update={"words": found.words_text() or None})


def _weights(con: duckdb.DuckDBPyConnection, words: Iterable[str]) -> WordWeights:
    """How rare these words are among the published names."""
    return WordWeights(dict(con.execute(_BEARERS, {"words": sorted(words)}).fetchall()))
