"""Which pairs of records are worth comparing.

Blocking rules, run in DuckDB, propose the pairs that share a telling value. While records are few, every pair
of texts of one column is looked at besides, so that nothing that is merely misspelt is missed.
"""

from collections.abc import Iterable
from typing import Annotated, Any, Literal, Self

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from pydantic import BeforeValidator, Field, model_validator

from transforms.matching.alike_texts import AlikeTexts, alike_pairs, worth_comparing
from transforms.matching.near_numbers import NearNumbers
from transforms.matching.records import NONE, Numbered, Pairs, Records
from transforms.matching.strict import Strict
from transforms.warehouse.database import connect

Take = Literal["value", "joined", "first", "last", "words", "acronym"]
# What is taken from `text`: {0} is the number of letters.
_TAKEN: dict[Take, str] = {
    "value": "text",
    "joined": "replace(text, ' ', '')",
    "first": "CASE WHEN length(replace(text, ' ', '')) >= {0} THEN replace(text, ' ', '')[1:{0}] END",
    "last": "CASE WHEN length(replace(text, ' ', '')) >= {0} THEN right(replace(text, ' ', ''), {0}) END",
    "words": "unnest(list_filter(string_split(text, ' '), lambda w: length(w) >= {0}))",
    # The initials of three words or more, and the words that may be such initials.
    "acronym": "unnest(list_concat("
    "list_filter(string_split(text, ' '), lambda w: length(w) BETWEEN {0} AND 6), "
    "CASE WHEN text LIKE '% % %' THEN "
    "[list_aggregate(list_transform(string_split(text, ' '), lambda w: w[1]), 'string_agg', '')] END))",
}
_LETTERS: dict[Take, int] = {"first": 5, "last": 5, "words": 3, "acronym": 3}
_CODES = pa.schema([(name, pa.int32()) for name in ("record", "closed", "code")])
Sources = npt.NDArray[np.int32]
# The size of a block without a pair.
_NO_BLOCK = 1


class KeyPart(Strict):
    """What two records must share: a value of one of the columns, or something taken from it.

    Args:
        columns: the columns; a value of one may equal a value of another.
        take: value, joined (spaces left out), first or last letters, words, or acronym.
        letters: how many letters, where `take` counts them.
    """

    columns: tuple[str, ...] = Field(min_length=1)
    take: Take = "value"
    letters: int | None = Field(None, ge=1)

    def sql(self, at: int) -> str:
        """A query for `record`, `closed`, `value` of what `_tell_apart` has made of the columns."""
        if self.take == "value":
            return f"SELECT record, closed, code AS value FROM codes{at}"
        taken = _TAKEN[self.take].format(self.letters or _LETTERS.get(self.take))
        return (
            f"SELECT record, closed, value FROM codes{at} "
            f"JOIN (SELECT code, {taken} AS value FROM texts{at}) USING (code) WHERE value IS NOT NULL"
        )


def _part(given: Any) -> Any:
    """A column's name alone stands for its value."""
    return {"columns": [given]} if isinstance(given, str) else given


class BlockingRule(Strict):
    """Records that share all of `keys` are a candidate pair.

    Args:
        name: the rule's name in reports.
        keys: what must be shared; a column's name alone stands for its value.
        if_alike: whether the pairs of this rule stay only if the texts of `alike_texts` are alike besides.
        cap: records in a block beyond which it is left aside; by default that of the spec.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    keys: tuple[Annotated[KeyPart, BeforeValidator(_part)], ...] = Field(min_length=1)
    if_alike: bool = False
    cap: int | None = Field(None, ge=2)


class Blocking(Strict):
    """How candidate pairs are found.

    Args:
        rules: the blocking rules, united.
        cap: records in a block beyond which it is left aside, and counted.
        most_pairs: pairs of one rule beyond which its largest blocks are left aside too, and counted; of
            numbers near each other, those that most are near to.
        alike_texts: all pairs of alike texts besides, while records are few.
        near_numbers: records whose numbers are near each other besides.
    """

    rules: tuple[BlockingRule, ...] = Field(min_length=1)
    cap: int = Field(60, ge=2)
    most_pairs: int | None = Field(None, ge=1)
    alike_texts: AlikeTexts | None = None
    near_numbers: tuple[NearNumbers, ...] = ()

    @model_validator(mode="after")
    def _alike_to_what(self) -> Self:
        if self.alike_texts is None and any(rule.if_alike for rule in self.rules):
            raise ValueError("if_alike demande alike_texts, qui nomme les textes à comparer")
        return self

    @property
    def used_columns(self) -> tuple[str, ...]:
        """The columns that candidates are found by, each once."""
        keys = [name for rule in self.rules for part in rule.keys for name in part.columns]
        return tuple(dict.fromkeys([*keys, *([self.alike_texts.column] if self.alike_texts else [])]))


def candidate_pairs(
    records: Records, blocking: Blocking, closed: pd.Series | None = None
) -> tuple[Pairs, pd.DataFrame]:
    """Propose pairs of records.

    Args:
        records: the records.
        blocking: the rules.
        closed: for each record its source, if that holds nothing twice: its records are no pair.

    Returns:
        The pairs, left before right, in order; and the report (`rule`, `pairs`, `capped_blocks`), rules in
        order of name.
    """
    sources = np.full(len(records), NONE) if closed is None else closed.astype("category").cat.codes
    with connect(None) as con:
        con.execute("CREATE TEMP TABLE pairs (pair BIGINT, weak BOOLEAN)")
        report = []
        for rule in blocking.rules:
            for at, part in enumerate(rule.keys):
                _tell_apart(con, at, records.numbered(*part.columns), np.asarray(sources, np.int32))
            report.append(_block(con, rule, blocking, len(records)))
        found = con.execute("SELECT pair, bool_and(weak) AS weak FROM pairs GROUP BY pair").fetchnumpy()
    order = np.argsort(found["pair"])
    pairs = Pairs(records, *np.divmod(np.asarray(found["pair"], np.int64)[order], max(1, len(records))))
    if blocking.alike_texts is not None:
        pairs = pairs.taken(
            worth_comparing(pairs, np.asarray(found["weak"], np.bool_)[order], blocking.alike_texts)
        )
        if len(records) <= blocking.alike_texts.up_to:
            alike = alike_pairs(records, blocking.alike_texts, closed)
            report.append(("alike_texts", len(alike), 0))
            pairs = _united(pairs, alike)
    for one in blocking.near_numbers:
        near, capped = one.pairs(records, blocking.most_pairs)
        near = near.across(closed)
        report.append((one.name, len(near), capped))
        pairs = _united(pairs, near)
    return pairs, _told(report)


def _tell_apart(con: duckdb.DuckDBPyConnection, at: int, numbered: Numbered, closed: Sources) -> None:
    """The values of a key: `codes{at}` (`record`, `closed`, `code`) and `texts{at}` (`code`, `text`)."""
    codes = [
        pa.table({"record": known, "closed": closed[known], "code": column[known]}, _CODES)
        for column in numbered.codes
        for known in [np.flatnonzero(column != NONE)]
    ]
    con.register(f"codes{at}", pa.concat_tables(codes))
    numbers = np.arange(len(numbered.values), dtype=np.int32)
    con.register(f"texts{at}", pa.table({"code": numbers, "text": numbered.texts}))


def _block(
    con: duckdb.DuckDBPyConnection, rule: BlockingRule, blocking: Blocking, records: int
) -> tuple[str, int, int]:
    """Add the pairs of one rule; its name, its pairs, and its blocks that are too large."""
    parts = [f"({part.sql(at)}) AS part{at}" for at, part in enumerate(rule.keys)]
    joined = parts[0] + "".join(f" JOIN {part} USING (record)" for part in parts[1:])
    values = ", ".join(f"part{at}.value" for at in range(len(parts)))
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE keys AS "
        f"SELECT DISTINCT hash({values}) AS key, record, part0.closed AS closed FROM {joined}"
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE blocks AS "
        "SELECT key, count(*) AS size FROM keys GROUP BY key HAVING size > 1"
    )
    cap = _affordable(con, rule.cap or blocking.cap, blocking.most_pairs)
    con.execute("DELETE FROM keys WHERE key NOT IN (SELECT key FROM blocks WHERE size <= $cap)", {"cap": cap})
    pairs = con.execute(
        """
        INSERT INTO pairs
        SELECT DISTINCT l.record::BIGINT * $records + r.record, $weak
        FROM keys AS l
        JOIN keys AS r ON l.key = r.key AND l.record < r.record
        WHERE l.closed < 0 OR l.closed <> r.closed
        """,
        {"weak": rule.if_alike, "records": records},
    ).fetchall()[0][0]
    capped = con.execute("SELECT count(*) FROM blocks WHERE size > $cap", {"cap": cap}).fetchall()[0][0]
    return rule.name, pairs, capped


def _affordable(con: duckdb.DuckDBPyConnection, cap: int, most_pairs: int | None) -> int:
    """The most records of a block, up to `cap`, with which all smaller blocks have `most_pairs` or fewer.

    Blocks of two are always affordable; where the smallest are larger and too dear, none is.
    """
    if most_pairs is None:
        return cap
    found = con.execute(
        """
        SELECT max(size)
        FROM (
            SELECT size, sum(sum(size * (size - 1) // 2)) OVER (ORDER BY size) AS pairs
            FROM blocks
            GROUP BY size
        )
        WHERE size <= $cap AND (pairs <= $most_pairs OR size = 2)
        """,
        {"cap": cap, "most_pairs": most_pairs},
    ).fetchall()[0][0]
    return found or _NO_BLOCK


def _united(one: Pairs, other: Pairs) -> Pairs:
    """The pairs of either, each once, in order."""
    n = len(one.records)
    left, right = np.divmod(np.union1d(one.left * n + one.right, other.left * n + other.right), max(1, n))
    return Pairs(one.records, left, right)


def _told(report: Iterable[tuple[str, int, int]]) -> pd.DataFrame:
    rows = pd.DataFrame(report, columns=["rule", "pairs", "capped_blocks"])
    return rows.sort_values("rule", ignore_index=True)
