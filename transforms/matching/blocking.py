"""Which pairs of records are worth comparing.

Blocking rules, run in DuckDB, propose the pairs that share a telling value. While records are few, every pair
of texts of one column is looked at besides, so that nothing that is merely misspelt is missed.
"""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal, Self

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import BeforeValidator, Field, model_validator
from rapidfuzz import process
from rapidfuzz.distance import Indel

from transforms.matching.records import Codes, Flags, Pairs, Records
from transforms.matching.strict import Strict
from transforms.warehouse.database import connect

Take = Literal["value", "joined", "first", "last", "words", "acronym"]
# For the letters left by `take`: {0} is the column, {1} the number of letters.
_TAKEN: dict[Take, str] = {
    "value": "{0}",
    "joined": "replace({0}, ' ', '')",
    "first": "CASE WHEN length(replace({0}, ' ', '')) >= {1} THEN replace({0}, ' ', '')[1:{1}] END",
    "last": "CASE WHEN length(replace({0}, ' ', '')) >= {1} THEN right(replace({0}, ' ', ''), {1}) END",
    "words": "unnest(list_filter(string_split({0}, ' '), lambda w: length(w) >= {1}))",
    # The initials of three words or more, and the words that may be such initials.
    "acronym": "unnest(list_concat("
    "list_filter(string_split({0}, ' '), lambda w: length(w) BETWEEN {1} AND 6), "
    "CASE WHEN {0} LIKE '% % %' THEN "
    "[list_aggregate(list_transform(string_split({0}, ' '), lambda w: w[1]), 'string_agg', '')] END))",
}
_LETTERS: dict[Take, int] = {"first": 5, "last": 5, "words": 3, "acronym": 3}
# Similarities looked at at once, four bytes each: bounds the memory.
_AT_ONCE = 4_000_000
_NONE: Codes = np.empty(0, dtype=np.int64)


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

    def sql(self, inner: Mapping[str, str]) -> str:
        """A query for `record`, `value`; `inner` names the columns as the table of records there does."""
        letters = self.letters or _LETTERS.get(self.take)
        parts = (
            f"SELECT record, {_TAKEN[self.take].format(inner[name], letters)} AS value FROM records "
            f"WHERE {inner[name]} IS NOT NULL"
            for name in self.columns
        )
        return " UNION ".join(parts)


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


class AlikeTexts(Strict):
    """While records are few, all pairs whose texts are alike are candidates.

    Args:
        column: the texts, compared letter by letter, spaces left out.
        at_least: the least similarity, from 0 to 1.
        up_to: records up to which all pairs are looked at.
    """

    column: str
    at_least: float = Field(0.62, ge=0, le=1)
    up_to: int = Field(3_000, ge=0)


class Blocking(Strict):
    """How candidate pairs are found.

    Args:
        rules: the blocking rules, united.
        cap: records in a block beyond which it is left aside, and counted.
        alike_texts: all pairs of alike texts besides, while records are few.
    """

    rules: tuple[BlockingRule, ...] = Field(min_length=1)
    cap: int = Field(60, ge=2)
    alike_texts: AlikeTexts | None = None

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
    with connect(None) as con:
        columns = sorted({name for rule in blocking.rules for part in rule.keys for name in part.columns})
        # DuckDB tells no capitals from small letters, and the table has columns of its own.
        inner = {name: f"column{at}" for at, name in enumerate(columns)}
        frame = records.frame[columns].rename(columns=inner)
        frame["record"] = np.arange(len(records), dtype=np.int32)
        frame["closed"] = None if closed is None else closed.astype("category").cat.codes.to_numpy()
        con.register("records", frame)
        con.execute('CREATE TEMP TABLE pairs ("left" INTEGER, "right" INTEGER, weak BOOLEAN)')
        report = [_block(con, rule, rule.cap or blocking.cap, inner) for rule in blocking.rules]
        found = con.execute(
            'SELECT "left", "right", bool_and(weak) AS weak FROM pairs GROUP BY ALL ORDER BY "left", "right"'
        ).fetchnumpy()
    pairs = Pairs(records, np.asarray(found["left"], np.int64), np.asarray(found["right"], np.int64))
    if blocking.alike_texts is not None:
        pairs = pairs.taken(
            _worth_comparing(pairs, np.asarray(found["weak"], np.bool_), blocking.alike_texts)
        )
        if len(records) <= blocking.alike_texts.up_to:
            alike = _alike_pairs(records, blocking.alike_texts, closed)
            report.append(("alike_texts", len(alike), 0))
            pairs = _united(pairs, alike)
    return pairs, _told(report)


def _block(
    con: duckdb.DuckDBPyConnection, rule: BlockingRule, cap: int, inner: Mapping[str, str]
) -> tuple[str, int, int]:
    """Add the pairs of one rule; its name, its pairs, and its blocks that are too large."""
    parts = [f"({part.sql(inner)}) AS part{at}" for at, part in enumerate(rule.keys)]
    joined = parts[0] + "".join(f" JOIN {part} USING (record)" for part in parts[1:])
    values = ", ".join(f"part{at}.value" for at in range(len(parts)))
    known = " AND ".join(f"part{at}.value IS NOT NULL" for at in range(len(parts)))
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE keys AS "
        f"SELECT DISTINCT hash({values}) AS key, record FROM {joined} WHERE {known}"
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE blocks AS "
        "SELECT key, count(*) AS size FROM keys GROUP BY key HAVING size > 1"
    )
    con.execute("DELETE FROM keys WHERE key NOT IN (SELECT key FROM blocks WHERE size <= $cap)", {"cap": cap})
    pairs = con.execute(
        """
        INSERT INTO pairs
        SELECT DISTINCT l.record, r.record, $weak
        FROM keys AS l
        JOIN keys AS r ON l.key = r.key AND l.record < r.record
        JOIN records AS one ON one.record = l.record
        JOIN records AS other ON other.record = r.record
        WHERE one.closed IS NULL OR one.closed < 0 OR one.closed IS DISTINCT FROM other.closed
        """,
        {"weak": rule.if_alike},
    ).fetchall()[0][0]
    capped = con.execute("SELECT count(*) FROM blocks WHERE size > $cap", {"cap": cap}).fetchall()[0][0]
    return rule.name, pairs, capped


def _worth_comparing(pairs: Pairs, weak: Flags, alike: AlikeTexts) -> Flags:
    """Pairs that a weak rule alone proposed stay if their texts are alike: a shared word is not enough."""
    joined = _joined(pairs.records, alike.column)
    ends = (joined[side[weak]].tolist() for side in (pairs.left, pairs.right))
    similar = process.cpdist(*ends, scorer=Indel.normalized_similarity, dtype=np.float32, workers=-1)
    kept = ~weak
    kept[weak] = similar >= alike.at_least
    return kept


def _alike_pairs(records: Records, alike: AlikeTexts, closed: pd.Series | None) -> Pairs:
    """Pairs of texts that are alike letter by letter, spaces left out."""
    joined = _joined(records, alike.column).tolist()
    rows = max(1, _AT_ONCE // max(1, len(joined)))
    slices = [_alike_from(joined, at, rows, alike.at_least) for at in range(0, len(joined), rows)]
    left, right = (np.concatenate(side) for side in zip((_NONE, _NONE), *slices, strict=True))
    pairs = Pairs(records, left, right)
    if closed is None:
        return pairs
    source = closed.to_numpy()
    return pairs.taken(pd.isna(source[left]) | (source[left] != source[right]))


def _alike_from(texts: list[str | None], start: int, rows: int, least: float) -> tuple[Codes, Codes]:
    """The pairs of some texts, `rows` of them from `start` on, and any later ones."""
    scores = process.cdist(
        texts[start : start + rows],
        texts[start:],
        scorer=Indel.normalized_similarity,
        score_cutoff=least,
        dtype=np.float32,
        workers=-1,
    )
    left, right = np.nonzero(np.triu(scores >= least, k=1))
    return left.astype(np.int64) + start, right.astype(np.int64) + start


def _united(one: Pairs, other: Pairs) -> Pairs:
    """The pairs of either, each once, in order."""
    n = len(one.records)
    left, right = np.divmod(np.union1d(one.left * n + one.right, other.left * n + other.right), max(1, n))
    return Pairs(one.records, left, right)


def _joined(records: Records, column: str) -> npt.NDArray[np.object_]:
    """Texts without spaces; a missing one is like none."""
    texts = records.frame[column].astype("str")
    return texts.str.replace(" ", "").astype(object).where(texts.notna(), None).to_numpy()


def _told(report: Iterable[tuple[str, int, int]]) -> pd.DataFrame:
    rows = pd.DataFrame(report, columns=["rule", "pairs", "capped_blocks"])
    return rows.sort_values("rule", ignore_index=True)
