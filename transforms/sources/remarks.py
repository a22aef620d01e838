"""What a person should know about the reading of one export, in French and without any personal value."""

from collections.abc import Iterator
from typing import Literal

import pandas as pd

from transforms.report import Remark
from transforms.sources.above import records_above, titles
from transforms.sources.columns import Recognised
from transforms.sources.files import Choice
from transforms.sources.grid import line_numbers
from transforms.sources.reading import Reading
from transforms.sources.rows import IGNORED
from transforms.sources.text import REPLACEMENT, clean, counted, is_mojibake, listed, unit_of

_DELIMITERS = {";": "point-virgule", ",": "virgule", "\t": "tabulation", "|": "barre verticale"}
_REASONS = {
    "blank": "blanche",
    "repeated_header": "en-tête répété",
    "total": "total",
    "note": "note",
    "member_id_missing": "sans identifiant",
    "name_missing": "sans raison sociale",
    "member_id_duplicate": "identifiant en double",
    "row_duplicate": "répétition d'une autre ligne",
}
_CHOSEN = {
    "content": "il porte la date d'export la plus récente",
    "name": "la date de son nom est la plus récente",
    "order": "aucun ne porte de date, il est le dernier par ordre alphabétique",
}


def describe(reading: Reading, choice: Choice | None = None) -> tuple[Remark, ...]:
    """All remarks about one reading: file, date, form, columns, rows, text; then sheets and corrections."""
    source = reading.contract.source
    said = [
        *_about_file(reading, choice),
        *_above_header(reading),
        *_about_columns(reading),
        *_about_rows(reading),
        *(("warning", note) for note in reading.grid.notes),
        *_about_text(reading),
    ]
    return (*(Remark(level=level, source=source, text=text) for level, text in said), *reading.remarks)


Said = tuple[Literal["info", "warning"], str]


def _about_file(reading: Reading, choice: Choice | None) -> Iterator[Said]:
    if choice is not None and choice.candidates > 1:
        others = f"{choice.candidates} fichiers présents ; « {reading.file} » est lu : "
        yield "warning", f"{others}{_CHOSEN[choice.decided_by]}."
    else:
        yield "info", f"Fichier lu : « {reading.file} »."
    grid = reading.grid
    if grid.sheet is not None:
        yield "info", f"Feuille « {grid.sheet} », en-têtes à la ligne {reading.header.line}."
    else:
        delimiter = _DELIMITERS.get(grid.delimiter or "", f"« {grid.delimiter} »")
        yield (
            "info",
            (f"Encodage {grid.encoding}, séparateur {delimiter}, en-têtes à la ligne {reading.header.line}."),
        )
    if reading.export_date is None:
        yield "info", "Date de l'export inconnue : ni le fichier ni son nom ne la donnent."
    else:
        where = "d'après le fichier" if reading.date_from == "content" else "d'après le nom du fichier"
        yield "info", f"Export du {reading.export_date:%d/%m/%Y} ({where})."


def _above_header(reading: Reading) -> Iterator[Said]:
    """No line is left out in silence, wherever the header stands."""
    above = line_numbers(titles(reading.grid, reading.header))
    if above:
        which = f"prise{'s' * (len(above) > 1)} pour un titre"
        yield "info", f"{counted(len(above), 'ligne')} au-dessus de l'en-tête, {which} : {listed(above)}."
    stray = line_numbers(records_above(reading.grid, reading.header))
    if stray:
        which = "lues comme des fiches" if len(stray) > 1 else "lue comme une fiche"
        yield (
            "warning",
            f"L'en-tête n'est qu'à la ligne {reading.header.line} : {counted(len(stray), 'ligne')} "
            f"au-dessus, {which} ({listed(stray)}). Le remettre en tête du fichier.",
        )


def _about_columns(reading: Reading) -> Iterator[Said]:
    for entry in reading.columns:
        if entry.column is not None:
            yield from _about_known(entry)
        elif clean(entry.header):
            yield (
                "warning",
                f"Colonne inconnue « {clean(entry.label)} » : gardée telle quelle, non utilisée.",
            )
        else:
            where = listed(line_numbers(reading.body[reading.body[entry.position] != ""]))
            yield "warning", f"Des cellules remplies sous aucun en-tête (colonne {entry.position}, {where})."
    filled = {entry.field for entry in reading.columns}
    for column in reading.contract.columns:
        if column.field not in filled:
            yield "warning", f"Colonne facultative absente : « {column.header} »."


def _about_known(entry: Recognised) -> Iterator[Said]:
    assert entry.column is not None
    header = clean(entry.label)
    if entry.recognised_by == "synonym":
        yield "info", f"Colonne renommée : « {header} » est lue comme « {entry.column.header} »."
    if entry.recognised_by == "guess":
        yield (
            "warning",
            (
                f"Colonne devinée {entry.why} : « {header} » est lue comme « {entry.column.header} ». "
                "Si c'est juste, l'ajouter aux synonymes du contrat."
            ),
        )
    unit = unit_of(clean(entry.header))
    if entry.column.type == "amount" and unit not in (None, entry.column.unit):
        declared = entry.column.unit or "aucune unité"
        yield (
            "warning",
            f"La colonne « {header} » est en {unit}, le contrat annonce {declared} : {unit} est retenu.",
        )


def _about_rows(reading: Reading) -> Iterator[Said]:
    by_reason = reading.rows.dropna(subset=["reason"]).groupby(["outcome", "reason"], sort=True)
    for (outcome, reason), rows in by_reason:
        lines = line_numbers(rows)
        word = "ignorée" if outcome == IGNORED else "refusée"
        which = f"{word}{'s' * (len(lines) > 1)} ({_REASONS[str(reason)]})"
        text = f"{counted(len(lines), 'ligne')} {which} : {listed(lines)}."
        yield "info" if outcome == IGNORED else "warning", text


def _about_text(reading: Reading) -> Iterator[Said]:
    beyond_ascii = _beyond_ascii(reading.body)
    lost = [line for line, text in beyond_ascii if REPLACEMENT in text]
    if lost:
        cells = counted(len(lost), "cellule")
        yield "warning", f"Caractères de remplacement « {REPLACEMENT} » dans {cells} : {_lines(lost)}."
    broken = {text: is_mojibake(text) for text in {text for _, text in beyond_ascii}}
    repaired = [line for line, text in beyond_ascii if broken[text]]
    if repaired:
        cells = counted(len(repaired), "cellule")
        yield "info", f"Accents mal encodés réparés dans {cells} : {_lines(repaired)}."
    damaged = reading.rejected[reading.rejected["rule"] == "question_mark_damage"]
    if len(damaged):
        cells = counted(len(damaged), "cellule")
        yield "warning", f"« ? » au milieu d'un mot dans {cells} : {_lines(list(damaged['source_row']))}."


def _beyond_ascii(body: pd.DataFrame) -> list[tuple[int, str]]:
    """Line and text of every cell that is not plain ASCII."""
    columns = (body[position] for position in body.columns)
    beyond = (column[[not text.isascii() for text in column]] for column in columns)
    return [cell for column in beyond for cell in zip(line_numbers(column), column, strict=True)]


def _lines(lines: list[int]) -> str:
    return listed(sorted(set(lines)))
