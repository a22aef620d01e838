"""Any table, CSV or Parquet, as texts: what `alliage match` reads."""

import csv
import re
import warnings
from io import StringIO
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from transforms.errors import InputError, Where
from transforms.sources.encoding import decode

_DELIMITERS = ",;\t|%"


def read_table(path: Path) -> pd.DataFrame:
    """Read a table; all columns as texts, without spaces around them, empty cells missing.

    Raises:
        InputError: no such file, neither CSV nor Parquet, no columns, or lines that do not fit the header.
    """
    if not path.is_file():
        raise InputError(
            "Ce fichier n'existe pas.", where=Where(file=str(path)), expected="un fichier CSV ou Parquet",
            next_step="Vérifier le chemin.",
        )  # fmt: skip
    frame = _parquet(path) if path.read_bytes()[:4] == b"PAR1" else _csv(path)
    texts = {name: column.str.strip() for name, column in frame.items()}
    return pd.DataFrame({name: text.where(text.ne("") & text.notna(), None) for name, text in texts.items()})


def _parquet(path: Path) -> pd.DataFrame:
    try:
        table = pq.read_table(path)
        texts = [column.cast(pa.large_string()) for column in table.columns]
    except (pa.ArrowException, OSError) as error:
        raise InputError(
            "Ce fichier Parquet ne se lit pas.",
            where=Where(file=str(path)),
            found=str(error).partition("\n")[0],
            expected="un fichier Parquet entier, de colonnes simples", next_step="L'exporter de nouveau.",
        ) from error  # fmt: skip
    return pd.DataFrame(
        {name: text.to_pandas() for name, text in zip(table.column_names, texts, strict=True)}
    )


def _csv(path: Path) -> pd.DataFrame:
    text = decode(path.read_bytes()).text
    try:
        with warnings.catch_warnings():
            # Lines wider than the header would lose their last cells with no more than a warning.
            warnings.simplefilter("error", pd.errors.ParserWarning)
            frame = pd.read_csv(
                StringIO(text), sep=_delimiter(text), dtype=str, keep_default_na=False, skipinitialspace=True,
                quoting=csv.QUOTE_MINIMAL, index_col=False,
            )  # fmt: skip
        names = frame.columns.str.strip()
        return frame.set_axis(names.where(~names.duplicated(), frame.columns), axis="columns")
    except (pd.errors.ParserError, pd.errors.ParserWarning, csv.Error, ValueError) as error:
        line, found = _said(str(error))
        raise InputError(
            "Ce fichier CSV ne se lit pas.",
            where=Where(file=str(path), line=line),
            found=found,
            expected="une ligne d'en-tête, puis des lignes de même largeur",
            next_step="Corriger cette ligne, ou exporter le fichier de nouveau.",
        ) from error


def _said(error: str) -> tuple[int | None, str]:
    """The line and the meaning of what pandas says in English."""
    if wide := re.search(r"Expected (\d+) fields in line (\d+), saw (\d+)", error):
        return int(wide[2]), f"{wide[3]} cellules au lieu de {wide[1]}"
    if quote := re.search(r"EOF inside string starting at row (\d+)", error):
        return int(quote[1]) + 1, "un guillemet qui n'est jamais refermé"
    if "does not match length of data" in error:
        return None, "toutes les lignes ont plus de cellules que l'en-tête"
    return None, "aucune colonne" if "No columns" in error else error.strip().partition("\n")[0]


def _delimiter(text: str) -> str:
    """The sign that cuts the header into the most cells, the commonest first."""
    header = text.lstrip().partition("\n")[0]
    return max(_DELIMITERS, key=header.count)
