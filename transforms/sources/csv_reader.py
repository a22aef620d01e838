"""Reading a CSV export: delimiter found, quotes and line breaks survived, true line numbers kept."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from statistics import multimode
from typing import Literal

from transforms.errors import InputError, Where
from transforms.sources.encoding import decode
from transforms.sources.grid import Grid, frame
from transforms.sources.text import counted, listed

DELIMITERS = (";", ",", "\t", "|")
_SAMPLE_LINES = 200
_LINE_END = re.compile(r"\r\n|\n|\r")
# An address has a few lines; a cell that spans more may have lost its closing quote.
_LONGEST_CELL = 30
_MOST_UNCLOSED = 100
_DIRECTIVE = re.compile(r'^"?sep=(.)"?$', re.IGNORECASE)

Rows = list[list[str]]


def read_csv(data: bytes, file: str) -> Grid:
    """The cells of a CSV file in whatever encoding and with whatever delimiter.

    Raises:
        InputError: the file is empty.
    """
    decoded = decode(data)
    lines = _physical_lines(decoded.text)
    if not any(line.strip() for line in lines):
        raise _empty(file, counted(len(data), "octet"))
    directive = _DIRECTIVE.match(lines[0])
    delimiter = directive[1] if directive else find_delimiter(lines)
    rows, starts, unclosed = _records(lines, delimiter, skip=1 if directive else 0)
    if not any(cell.strip() for row in rows for cell in row):
        raise _empty(file, f"{counted(len(lines), 'ligne')} sans une cellule remplie")
    width = usual_width(rows)
    rows, starts, joined = _rejoin(rows, starts, width)
    hidden = _hiding(rows, starts, delimiter, width)
    notes = [*decoded.notes, *_notes(unclosed, joined, hidden, _too_long(rows, starts, width))]
    notes += _cut(rows, starts, width)
    return Grid(frame(rows, starts), encoding=decoded.encoding, delimiter=delimiter, notes=tuple(notes))


def _empty(file: str, found: str) -> InputError:
    return InputError(
        "Le fichier est vide.",
        where=Where(file=file),
        found=found,
        expected="une ligne d'en-têtes, puis une ligne par adhérent",
        next_step="refaire l'export",
    )


def find_delimiter(lines: list[str]) -> str:
    """The delimiter that cuts the first lines into the most cells, most regularly; `;` when none does."""
    sample = list(islice((line for line in lines if line.strip()), _SAMPLE_LINES))
    return max(DELIMITERS, key=lambda delimiter: _regularity(sample, delimiter))


def usual_width(rows: Rows) -> int:
    """The number of cells that most rows have (the larger one on a tie)."""
    return max(multimode(len(row) for row in rows if row), default=0)


def _regularity(lines: list[str], delimiter: str) -> float:
    widths = Counter(len(row) for row in _records(lines, delimiter, skip=0)[0])
    width, count = max(widths.items(), key=lambda item: (item[0] > 1, item[1] * (item[0] - 1)))
    return (width - 1) * (count / sum(widths.values())) ** 2


def _physical_lines(text: str) -> list[str]:
    lines = _LINE_END.split(text)
    return lines[:-1] if lines and not lines[-1] else lines


def _records(lines: list[str], delimiter: str, skip: int) -> tuple[Rows, list[int], list[int]]:
    """Rows, the line where each starts, and the lines whose quote never closes (there it is plain text)."""
    rows: Rows = []
    starts: list[int] = []
    unclosed: list[int] = []
    at = skip
    usual = _usual_count(lines, delimiter)
    # The module's own limit would take a merely long cell for one without an end.
    csv.field_size_limit(max(csv.field_size_limit(), max(map(len, lines), default=0)))
    while at < len(lines):
        # A file full of stray quotes does not use them as quotes.
        quoting: Literal[0, 3] = csv.QUOTE_NONE if len(unclosed) > _MOST_UNCLOSED else csv.QUOTE_MINIMAL
        reader = csv.reader(_with_ends(lines, at), delimiter=delimiter, quoting=quoting)
        before = 0
        broken = False
        while not broken:
            try:
                row = next(reader)
            except StopIteration:
                return rows, starts, unclosed
            except csv.Error:
                row, broken = [], True
            span = reader.line_num - before
            cut = lines[at + before : at + before + span]
            broken = broken or (span > 1 and _runs_away(row, cut, delimiter, usual))
            if not broken:
                rows.append(_unified(row) if span > 1 else row)
                starts.append(at + before + 1)
                before = reader.line_num
        rows.append([cell.strip('"') for cell in lines[at + before].split(delimiter)])
        starts.append(at + before + 1)
        unclosed.append(at + before + 1)
        at += before + 1
    return rows, starts, unclosed


def _with_ends(lines: list[str], at: int) -> Iterator[str]:
    return (lines[i] + "\n" for i in range(at, len(lines)))


def _unified(row: list[str]) -> list[str]:
    return [cell.rstrip("\n") if cell.endswith("\n") else cell for cell in row]


def _runs_away(row: list[str], lines: list[str], delimiter: str, usual: int) -> bool:
    """Whether a quote left open has swallowed the rows that follow: `lines` as whole as rows usually are."""
    longest = max(row, key=len, default="")
    dense = "\n" in longest and longest.count(delimiter) >= max(3, len(row))
    # The lines between the first and the last are whole inside the cell.
    inner = longest.split("\n")[1:-1]
    like_rows = sum(line.count(delimiter) >= max(1, usual) for line in inner)
    suspicious = dense or like_rows > 0 or len(lines) > _LONGEST_CELL
    if not suspicious and not _may_be_open(lines):
        return False
    return not _closes(lines, delimiter) or (dense and 2 * like_rows >= len(inner))


def _may_be_open(lines: list[str]) -> bool:
    """Whether the quotes of a row come in odd number, so that one of them closes nothing."""
    return sum(line.count('"') for line in lines) % 2 == 1


def _closes(lines: list[str], delimiter: str) -> bool:
    """Whether each quote of a row is closed, and closed where a cell ends."""
    try:
        return len(list(csv.reader((line + "\n" for line in lines), delimiter=delimiter, strict=True))) == 1
    except csv.Error:
        return False


def _usual_count(lines: list[str], delimiter: str) -> int:
    """How many delimiters most of the first filled lines have."""
    counts = (line.count(delimiter) for line in islice(filter(str.strip, lines), _SAMPLE_LINES))
    return max(multimode(counts), default=0)


def _rejoin(rows: Rows, starts: list[int], width: int) -> tuple[Rows, list[int], list[int]]:
    """Put a row back together that a line break without quotes has cut in two.

    Only where it is plain: the halves add up to the usual width, short rows are rare, and the second half
    does not begin as the first column does.
    """
    short = [i for i, row in enumerate(rows) if 0 < len(row) < width]
    if width < 4 or not short or len(short) > max(2, len(rows) // 20):
        return rows, starts, []
    first_cells = _usual_first_cells(rows, width)
    gone: set[int] = set()
    joined: list[int] = []
    result = list(rows)
    for i in short:
        following = rows[i + 1] if i + 1 < len(rows) else []
        adds_up = following and len(rows[i]) + len(following) - 1 == width
        if i not in gone and adds_up and _shape(following[0]) not in first_cells:
            result[i] = [*rows[i][:-1], f"{rows[i][-1]}\n{following[0]}", *following[1:]]
            gone.add(i + 1)
            joined.append(starts[i])
    kept = [i for i in range(len(rows)) if i not in gone]
    return [result[i] for i in kept], [starts[i] for i in kept], joined


def _cut(rows: Rows, starts: list[int], width: int) -> list[str]:
    """A note if the last row, and no other one, is a record that stops before its end: the file was cut."""
    filled = [(row, start) for row, start in zip(rows, starts, strict=True) if any(map(str.strip, row))]
    first_cells = _usual_first_cells(rows, width)
    short = [start for row, start in filled if len(row) < width and _shape(row[0]) in first_cells]
    last, line = filled[-1]
    if short != [line]:
        return []
    return [
        f"Dernière ligne incomplète : {counted(len(last), 'cellule')} au lieu de {width} (ligne {line}). Le "
        "fichier semble coupé : des fiches manquent sans doute. À faire : refaire l'export, ou le redemander."
    ]


def _usual_first_cells(rows: Rows, width: int) -> set[str]:
    """How ordinary rows begin; titles and totals begin in their own way."""
    shapes = Counter(_shape(row[0]) for row in rows if len(row) == width)
    return {shape for shape, count in shapes.items() if count * 20 >= len(rows)}


def _shape(cell: str) -> str:
    """What kind of text a cell is: runs of digits and of letters, and the signs between them."""
    return re.sub(r"[^\W\d_]+", "A", re.sub(r"\d+", "9", cell.strip()))


def _too_long(rows: Rows, starts: list[int], width: int) -> list[int]:
    pairs = zip(rows, starts, strict=True)
    return [start for row, start in pairs if len(row) > width and any(map(str.strip, row))]


def _hiding(rows: Rows, starts: list[int], delimiter: str, width: int) -> list[int]:
    """Where a cell between quotes holds a line that is as whole as a row."""

    def hides(cell: str) -> bool:
        return any(line.count(delimiter) >= max(1, width - 1) for line in cell.split("\n")[1:-1])

    pairs = zip(rows, starts, strict=True)
    return [start for row, start in pairs if any("\n" in cell and hides(cell) for cell in row)]


def _notes(unclosed: list[int], joined: list[int], hiding: list[int], too_long: list[int]) -> list[str]:
    said = (
        (unclosed, "Guillemet ouvert et jamais fermé, lu comme un caractère ordinaire"),
        (
            hiding,
            "Cellule entre guillemets qui contient une ligne entière (fiche déplacée, guillemet de trop ?)",
        ),
        (joined, "Ligne coupée en deux par un retour à la ligne sans guillemets, recollée"),
        (
            too_long,
            "Ligne qui a plus de cellules que les autres (séparateur au milieu d'un texte ?)",
        ),
    )
    return [f"{text} : {listed(lines)}." for lines, text in said if lines]
