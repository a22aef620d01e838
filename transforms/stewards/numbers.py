"""Whom a word was about: the number that its member bears today."""

import pandas as pd


def todays_numbers(words: pd.DataFrame, numbers: pd.DataFrame) -> "pd.Series[str]":
    """Today's number of the member that each word was about, index as `words`; missing where it left.

    A number stood for the member that bore it in the warehouse in service when the word was said.

    Args:
        words: source, member_id and said_at, a moment in UTC without a zone.
        numbers: columns of continuity.numbers: each number that changed hands, with each of its bearers.
    """
    named = words.reset_index(names="word")
    bearers = named.merge(numbers, on=["source", "member_id"]).sort_values("since")
    # A word older than the register is about the first bearer that it knows.
    is_first = ~bearers["word"].duplicated()
    of_its_day = bearers[is_first | (bearers["since"] <= bearers["said_at"])]
    meant = of_its_day.drop_duplicates("word", keep="last").set_index("word")["now_member_id"]
    unchanged = words.loc[~words.index.isin(meant.index), "member_id"]
    today: pd.Series[str] = pd.concat([unchanged, meant]).reindex(words.index).astype("str")
    return today
