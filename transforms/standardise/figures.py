"""Head counts, turnover and fees: how many, at least, at most, and how sure."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, partial

import pandas as pd
from pydantic import BaseModel, ConfigDict

from transforms import reference
from transforms.standardise.cells import read_distinct
from transforms.standardise.quantities import Amount, Figure, bounds, read_amount, read_stated
from transforms.text import fold, is_placeholder

# Accounts are published in thousands of euros: a figure as fine as that is taken as the account's own.
_FINEST_OF_ACCOUNTS = Decimal(1000)
_CENT = Decimal("0.01")
_WHOLE = Decimal(1)
_NEGATIVE = re.compile(r"-\s*\d.*|\(\s*-?\s*\d[\d\s.,']*(?:EUR)?\s*\)")
_DATE = re.compile(
    r"\d{4}-\d\d-\d\d(?:[ T].*)?|\d\d?[-/][A-Z]{3,}\.?|[A-Z]{3,}\.?[-/]\d\d|\d\d?/\d\d?/\d{2,4}"
)
_ASIDE = re.compile(r"\([^()]*\)")
_YEAR_OF_FIGURE = re.compile(
    r"\b((?:19|20)\d\d)\s*:|\b(?:EN|EXERCICE|FIN|ANNEE)\s+((?:19|20)\d\d)\b"
    r"|\b(?:AU\s+)?31/12/((?:19|20)\d\d)\b|\((?:[A-Z.]+\s+)?((?:19|20)\d\d)\)"
)
_OF_GROUP = re.compile(r"\(?\b(?:DU |LE |TOUT LE |POUR LE )?(?:GROUPE|GROUP|CONSOLIDES?)\b\)?")
# « 1800 €HT »: the sign of the euro has become letters, which run into the word behind it.
_AFTER_EURO = re.compile(r"(?<=EUR)(?=H\.?T|T\.?T\.?C|NET|/)")


class FigureParameters(BaseModel):
    """Beyond which a figure must be a slip."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    most_jobs: Decimal = Decimal(500_000)
    most_turnover_eur: Decimal = Decimal(500_000_000_000)
    most_fee_eur: Decimal = Decimal(100_000)
    doubtful_turnover_eur: Decimal = Decimal(5_000_000_000)
    """From here on, few jobs or none known make it likely that euros stand in a column of thousands."""
    jobs_of_such_turnover: Decimal = Decimal(500)


_DEFAULTS = FigureParameters()


def standardise_headcounts(
    values: pd.Series, year: int | None = None, parameters: FigureParameters = _DEFAULTS
) -> pd.DataFrame:
    """Read head counts: « 12 salariés », « 10-19 », « env. 15 », « moins de 10 », « 20+ », « 2,5 ETP ».

    « env. » means ten per cent either way, rounded outwards to whole jobs; « moins de 10 » ends at 9. A
    figure of the whole group is an upper bound of the company's own: estimated, with nothing as its low end.

    Args:
        values: texts.
        year: the year that the column's header gives; one in the cell wins.
        parameters: bounds.

    Returns:
        `jobs` (the number, or the middle of the range, or the low end of an open one), `jobs_low`,
        `jobs_high` (None: no end), all as floats in jobs; `jobs_kind` (exact, estimated, unknown),
        `jobs_year` (None: not said) and `headcount_rule`: headcount_unreadable, headcount_became_date,
        headcount_negative, headcount_out_of_range, range_inverted or figure_of_group (kept).
    """
    columns = ["jobs", "jobs_low", "jobs_high", "jobs_kind", "headcount_rule", "jobs_year"]
    most = parameters.most_jobs
    return _figures(values, partial(_dated, lambda text: _read_headcount(text, most), year), columns)


def standardise_turnover(
    values: pd.Series,
    unit: str | None = None,
    year: int | None = None,
    parameters: FigureParameters = _DEFAULTS,
) -> pd.DataFrame:
    """Read turnover in euros: « 183 », « 106 000 € », « 0,4 M€ », « entre 1 et 2 M€ », « < 500 k€ ».

    A figure in thousands or coarser carries its rounding: its bounds are half of its last digit either way.
    It is exact as long as that digit is worth a thousand euros or less, estimated beyond; « env. » is ten per
    cent.

    Args:
        values: texts; a cell's own unit goes before the column's.
        unit: unit of a cell without one, e.g. k€; euros if None.
        year: the year that the column's header gives; one in the cell wins.
        parameters: bounds.

    Returns:
        `turnover_eur`, `turnover_eur_low`, `turnover_eur_high` (None: no end) as floats in euros,
        `turnover_eur_kind` (exact, estimated, unknown), `turnover_year` (None: not said) and `turnover_rule`:
        turnover_unreadable, turnover_negative, turnover_currency, turnover_out_of_range, range_inverted or
        figure_of_group (kept).

    Raises:
        KeyError: `unit` is not a unit of `reference/figure_words.yml`.
    """
    money = "turnover_eur"
    columns = [money, f"{money}_low", f"{money}_high", f"{money}_kind", "turnover_rule", "turnover_year"]
    worth = _worth(unit)
    most = parameters.most_turnover_eur
    return _figures(values, partial(_dated, lambda text: _read_turnover(text, worth, most), year), columns)


def doubtful_units(
    turnover_eur: pd.Series, jobs: pd.Series, parameters: FigureParameters = _DEFAULTS
) -> pd.DataFrame:
    """Say which turnovers are too high for their jobs: euros, it seems, in a column of thousands.

    Args:
        turnover_eur: turnover in euros.
        jobs: head count in jobs, same index.
        parameters: from which turnover on, and which number of jobs makes it credible.

    Returns:
        `turnover_unit_rule`: turnover_unit_doubtful (kept), else None.
    """
    huge = turnover_eur >= float(parameters.doubtful_turnover_eur)
    credible = jobs >= float(parameters.jobs_of_such_turnover)
    rule = pd.Series("turnover_unit_doubtful", index=turnover_eur.index, dtype=object)
    return pd.DataFrame({"turnover_unit_rule": rule.where(huge & ~credible, None)})


def standardise_fees(
    values: pd.Series, unit: str | None = None, parameters: FigureParameters = _DEFAULTS
) -> pd.DataFrame:
    """Read membership fees: « 900,00 », « 1 800,00 € », « gratuit ».

    Args:
        values: texts; a cell's own unit goes before the column's.
        unit: unit of a cell without one; euros if None.
        parameters: bounds.

    Returns:
        `fee_eur` (Decimal with two digits after the point, in euros) and `fee_rule`: fee_unreadable,
        fee_negative, fee_out_of_range, fee_rounded (kept: rounded to the cent) or placeholder.

    Raises:
        KeyError: `unit` is not a unit of `reference/figure_words.yml`.
    """
    worth = _worth(unit)
    most = parameters.most_fee_eur
    columns = ["fee_eur", "fee_rule"]
    return read_distinct(
        values, lambda text: _read_fee(fold(text), worth, most), columns, placeholder=[None, "placeholder"]
    )


def _figures(values: pd.Series, read: Callable[[str], Sequence[object]], columns: list[str]) -> pd.DataFrame:
    frame = read_distinct(
        values, read, columns, empty=[None, None, None, "unknown", None, None], is_empty=_says_nothing
    )
    return frame.astype({**dict.fromkeys(columns[:3], "float64"), columns[-1]: "Int64"})


def _says_nothing(text: str) -> bool:
    """« aucun » is no value in other columns; beside jobs it is none at all."""
    return is_placeholder(text) and fold(text) not in reference.load("figure_words")["no_jobs"]


def _dated(read: Callable[[str], Figure], year: int | None, text: str) -> list[object]:
    """The row of one cell: its figure, which may be that of a group, and the year it is of."""
    folded = fold(text)
    own = _OF_GROUP.sub(" ", folded)
    figure = read(" ".join(own.split()) if own != folded else folded)
    if own != folded and figure.value is not None:
        figure = replace(figure, low=Decimal(0), kind="estimated", rule="figure_of_group")
    numbers = [
        None if number is None else float(number) for number in (figure.value, figure.low, figure.high)
    ]
    said = _YEAR_OF_FIGURE.search(folded)
    of_year = int(next(filter(None, said.groups()))) if said else year
    return [*numbers, figure.kind, figure.rule, None if figure.value is None else of_year]


def _read_headcount(text: str, most: Decimal) -> Figure:
    words = reference.load("figure_words")
    if text in words["no_jobs"]:
        return Figure(Decimal(0), Decimal(0), Decimal(0), "exact")
    if _DATE.fullmatch(text):
        return Figure(rule="headcount_became_date")
    if text in words["size_classes"]:
        low, high = words["size_classes"][text]
        text = f"{low} - {high}" if high else f"{low} ET PLUS"
    text = _YEAR_OF_FIGURE.sub(" ", text).strip()
    bare = _without(
        _ASIDE.sub(" ", text) if not _NEGATIVE.fullmatch(text) else text, words["headcount_noise"]
    )
    if _NEGATIVE.fullmatch(bare):
        return Figure(rule="headcount_negative")
    stated = read_stated(_in_digits(bare), {}, _WHOLE)
    # Nobody counts thousandths of a job: « 1,234 » is a thousand in another language, or a slip.
    if stated is None or stated.first.step < _CENT:
        return Figure(rule="headcount_unreadable")
    return _checked(bounds(stated, grain=_WHOLE), "headcount", most)


def _in_digits(text: str) -> str:
    """Numbers in letters as digits; a round one (« une dizaine ») as « environ »."""
    words = reference.load("figure_words")
    tens = re.fullmatch(r"(?:ENVIRON )?(?:UNE?\s+)?([A-Z]+)(?:\s+DE)?", text)
    if tens and tens[1] in words["tens"]:
        return f"ENVIRON {words['tens'][tens[1]]}"
    return re.sub(r"[A-Z]+(?:-[A-Z]+)*", lambda word: str(words["numbers"].get(word[0], word[0])), text)


def _read_turnover(text: str, default: Decimal, most: Decimal) -> Figure:
    noise = reference.load("figure_words")["turnover_noise"]
    if _NEGATIVE.fullmatch(_without(text, noise)):
        return Figure(rule="turnover_negative")
    bare = _without(_ASIDE.sub(" ", _YEAR_OF_FIGURE.sub(" ", text)), noise)
    stated = read_stated(bare, _units(), default)
    if stated is None:
        return Figure(rule="turnover_currency" if _is_other_money(bare) else "turnover_unreadable")
    figure = bounds(stated, grain=Decimal(0))
    if stated.shape == "point":
        figure = _with_rounding(stated.first)
    return _checked(figure, "turnover", most)


def _with_rounding(amount: Amount) -> Figure:
    half = amount.step / 2 if amount.step > 1 else Decimal(0)
    low = max(amount.value - half, Decimal(0))
    fine = amount.step <= _FINEST_OF_ACCOUNTS
    return Figure(amount.value, low, amount.value + half, "exact" if fine else "estimated")


def _checked(figure: Figure, field: str, most: Decimal) -> Figure:
    highest = max((end for end in (figure.low, figure.high) if end is not None), default=Decimal(0))
    if figure.rule is None and highest > most:
        return Figure(rule=f"{field}_out_of_range")
    return figure


def _read_fee(text: str, default: Decimal, most: Decimal) -> tuple[Decimal | None, str | None]:
    words = reference.load("figure_words")
    if text in words["no_fee"]:
        return Decimal("0.00"), None
    bare = _without(text, words["fee_noise"])
    if _NEGATIVE.fullmatch(bare):
        return None, "fee_negative"
    amount = read_amount(bare, _units(), default)
    if amount is None:
        return None, "fee_unreadable"
    if amount.value > most:
        return None, "fee_out_of_range"
    fee = amount.value.quantize(_CENT, ROUND_HALF_UP)
    return fee, None if fee == amount.value else "fee_rounded"


def _is_other_money(text: str) -> bool:
    return read_amount(text, _other_money(), _WHOLE) is not None or text.startswith("$")


def _without(text: str, noise: Iterable[str]) -> str:
    """`text` without the words of `noise`, nor the signs that stand between a label and its figure."""
    pattern = _noise_pattern(tuple(noise))
    return " ".join(pattern.sub(" ", _AFTER_EURO.sub(" ", text)).split()).strip(" :=.,")


@cache
def _noise_pattern(noise: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(noise, key=len, reverse=True)
    words = [
        re.escape(word) if word.startswith("/") else rf"(?<![A-Z]){re.escape(word)}" for word in longest_first
    ]
    return re.compile(rf"(?:{'|'.join(words)})(?![A-Z])")


@cache
def _units() -> dict[str, Decimal]:
    by_worth = reference.load("figure_words")["units"]
    return {spelling: Decimal(worth) for worth, spellings in by_worth.items() for spelling in spellings}


@cache
def _other_money() -> dict[str, Decimal]:
    return dict.fromkeys(reference.load("figure_words")["other_money"], _WHOLE)


@cache
def _worth(unit: str | None) -> Decimal:
    return _WHOLE if unit is None else _units()[fold(unit).replace(" ", "")]
