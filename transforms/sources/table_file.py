"""Any table, CSV, Parquet or workbook, as texts: what `alliage match` reads."""

import csv
import re
import warnings
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from transforms.errors import InputError, Where
from transforms.sources.encoding import decode
from transforms.sources.excel_reader import read_excel
from transforms.sources.files import WORKBOOKS, kind_of

_DELIMITERS = ",;\t|%"
_PARQUET = b"PAR1"
# A title fills no more than this share of the cells of the fullest line; a header stands near the top.
_TITLE = 0.5
_HEADER_WITHIN = 50
_EXPECTED = "un fichier CSV, Parquet ou Excel"


@dataclass(frozen=True)
class TableFile:
    """A table as read: all columns as texts, and in French what was left aside.

    The index is the line of each record in its file, if none before it holds a line break or is blank.
    """

    frame: pd.DataFrame
    remarks: tuple[str, ...] = ()


def read_table(path: Path) -> TableFile:
    """Read a table; all columns as texts, without spaces around them, empty cells missing, empty rows gone.

    Of a workbook the first sheet that is not hidden is read, its header in the first line that is no title.

    Raises:
        InputError: no such file, another kind of file, no columns, or lines that do not fit the header.
    """
    data = _bytes(path)
    if data.startswith(_PARQUET):
        read = _parquet(path)
    elif data.startswith(WORKBOOKS):
        read = _workbook(path, data)
    else:
        read = TableFile(_csv(path, data))
    return TableFile(_cleared(read.frame), read.remarks)


def _bytes(path: Path) -> bytes:
    if not path.is_file():
        raise InputError(
            "Ce fichier n'existe pas.", where=Where(file=str(path)),
            found="un dossier" if path.is_dir() else "aucun fichier à cet endroit",
            expected=_EXPECTED, next_step="vérifier le chemin",
        )  # fmt: skip
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(
            "Ce fichier ne se lit pas.", where=Where(file=str(path)), found=error.strerror,
            expected="un fichier que ce compte a le droit de lire",
            next_step="en donner le droit, puis relancer",
        ) from error  # fmt: skip


def _cleared(frame: pd.DataFrame) -> pd.DataFrame:
    texts = {name: column.str.strip() for name, column in frame.items()}
    cleared = {name: text.where(text.ne("") & text.notna(), None) for name, text in texts.items()}
    return pd.DataFrame(cleared).dropna(how="all")


def _parquet(path: Path) -> TableFile:
    try:
        table = pq.ParquetFile(path).read()
    except (pa.ArrowException, OSError) as error:
        raise InputError(
            "Ce fichier Parquet ne se lit pas.",
            where=Where(file=str(path)), found=str(error).partition("\n")[0],
            expected="un fichier Parquet entier", next_step="l'exporter de nouveau",
        ) from error  # fmt: skip
    texts, nested = {}, []
    for name, column in zip(_once(table.column_names), table.columns, strict=True):
        try:
            texts[name] = column.cast(pa.large_string()).to_pandas()
        except pa.ArrowException:
            nested.append(name)
    if not texts:
        raise InputError(
            "Ce fichier Parquet n'a aucune colonne que l'on puisse comparer.",
            where=Where(file=str(path), column=nested[0] if nested else None),
            found=f"colonnes de listes, de structures ou d'octets : {', '.join(nested)}" if nested
            else "aucune colonne",
            expected="des colonnes de textes, de nombres ou de dates", next_step="l'exporter de nouveau",
        )  # fmt: skip
    return TableFile(_lined(pd.DataFrame(texts)), tuple(_unread(name, path) for name in nested))


def _unread(name: str, path: Path) -> str:
    return (
        f"La colonne « {name} » de {path.name} contient des listes, des structures ou des octets : "
        "elle n'est pas lue."
    )


def _workbook(path: Path, data: bytes) -> TableFile:
    first, *others = read_excel(data, str(path))
    values = first.values[(first.values != "").any(axis=1)]
    cells = values.to_numpy(dtype=object).tolist()
    above = _above_header(cells)
    header, *lines = cells[above:]
    kept = [at for at, name in enumerate(header) if name.strip() or any(line[at] for line in lines)]
    names = _once([header[at].strip() or f"colonne {at + 1}" for at in kept])
    rows = [[line[at] for at in kept] for line in lines]
    frame = pd.DataFrame(rows, columns=names, index=values.index[above + 1 :], dtype="str")
    unread = ", ".join(f"« {one.sheet} »" for one in others)
    said = (
        (others, f"De {path.name}, seule la feuille « {first.sheet} » est lue, sans {unread}."),
        (above, f"De {path.name}, ce qui est au-dessus de l'en-tête « {names[0]} » est laissé de côté."),
    )
    return TableFile(frame, tuple(text for told, text in said if told))


def _above_header(cells: list[list[str]]) -> int:
    """How many lines stand above the header: titles, which fill few of the cells that records fill."""
    filled = [sum(map(bool, line)) for line in cells[:_HEADER_WITHIN]]
    return next(at for at, count in enumerate(filled) if count > _TITLE * max(filled))


def _lined(frame: pd.DataFrame) -> pd.DataFrame:
    """Records by their lines, the first below the header."""
    return frame.set_axis(pd.RangeIndex(2, len(frame) + 2))


def _once(names: list[str]) -> list[str]:
    """Names of columns, a number behind those that stand twice, as pandas gives them to a CSV."""
    taken: list[str] = []
    for name in names:
        free, more = name, 0
        while free in taken:
            more += 1
            free = f"{name}.{more}"
        taken.append(free)
    return taken


def _csv(path: Path, data: bytes) -> pd.DataFrame:
    if data and (kind := kind_of(data)):
        raise InputError(
            "Ce fichier n'est pas une table.", where=Where(file=str(path)), found=kind, expected=_EXPECTED,
            next_step="exporter la table elle-même, en CSV par exemple",
        )  # fmt: skip
    text = decode(data).text
    try:
        with warnings.catch_warnings():
            # Lines wider than the header would lose their last cells with no more than a warning.
            warnings.simplefilter("error", pd.errors.ParserWarning)
            frame = pd.read_csv(
                StringIO(text), sep=_delimiter(text), dtype=str, keep_default_na=False, skipinitialspace=True,
                quoting=csv.QUOTE_MINIMAL, index_col=False,
            )  # fmt: skip
        names = frame.columns.str.strip()
        return _lined(frame.set_axis(names.where(~names.duplicated(), frame.columns), axis="columns"))
    except (pd.errors.ParserError, pd.errors.ParserWarning, csv.Error, ValueError) as error:
        line, found = _said(str(error))
        raise InputError(
            "Ce fichier CSV ne se lit pas.",
            where=Where(file=str(path), line=line),
            found=found,
            expected="une ligne d'en-tête, puis des lignes de même largeur",
            next_step="corriger cette ligne, ou exporter le fichier de nouveau",
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
