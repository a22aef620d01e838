"""What a person should know about the reading of one export, in French and without any personal value."""

from collections.abc import Iterator
from typing import Literal

import pandas as pd

from transforms.report import Remark
from transforms.sources.above import records_above, titles
from transforms.sources.columns import Recognised
from transforms.sources.contract import ContractColumn
from transforms.sources.files import Choice
from transforms.sources.grid import line_numbers
from transforms.sources.reading import Reading
from transforms.sources.rows import IGNORED
from transforms.sources.text import REPLACEMENT, clean, counted, is_mojibake, listed, unit_of

_DELIMITERS = {";": "point-virgule", ",": "virgule", "\t": "tabulation", "|": "barre verticale"}
_UNITS = {"€": "euros", "k€": "milliers d'euros", "M€": "millions d'euros"}
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
_LOST_LETTERS = "Des lettres accentuées sont perdues. À faire : refaire l'export en UTF-8."
_NEW_SYNONYM = "Si c'est juste, l'ajouter aux synonymes du contrat."
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
        yield (
            "info",
            "Date de l'export inconnue : ni le fichier ni son nom ne la donnent. Un export trop ancien ne "
            "sera donc pas reconnu (contrôle « export_ancien »). À faire : mettre la date dans le nom du "
            "fichier, par exemple adherents_2016-10-03.csv.",
        )
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
    for column, hint in reading.missing:
        yield "warning", f"Colonne facultative absente : « {column.header} ». {_remedy(column, hint)}"


def _has_lost_letters(header: str) -> bool:
    return REPLACEMENT in header or "?" in header


def _remedy(column: ContractColumn, hint: Recognised | None) -> str:
    if hint is None:
        return "À faire : si elle devait y être, refaire l'export avec cette colonne."
    return (
        f"C'est peut-être la colonne inconnue « {clean(hint.label)} ». À faire : la renommer "
        f"« {column.header} » dans l'export, ou ajouter son nom aux synonymes du contrat."
    )


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
                f"{_LOST_LETTERS if _has_lost_letters(header) else _NEW_SYNONYM}"
            ),
        )
    unit = unit_of(clean(entry.header))
    if entry.column.type == "amount" and unit is not None and unit != entry.column.unit:
        declared = f"des {entry.column.unit}" if entry.column.unit else "aucune unité"
        yield (
            "warning",
            f"La colonne « {header} » est en {unit}, le contrat attend {declared} : les montants sont lus "
            f"en {_UNITS[unit]}. À faire : vérifier que c'est bien leur unité.",
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
        where = f"dans {cells} : {_lines(lost)}"
        yield "warning", f"Caractères de remplacement « {REPLACEMENT} » {where}. {_LOST_LETTERS}"
    broken = {text: is_mojibake(text) for text in {text for _, text in beyond_ascii}}
    repaired = [line for line, text in beyond_ascii if broken[text]]
    if repaired:
        cells = counted(len(repaired), "cellule")
        yield "info", f"Accents mal encodés réparés dans {cells} : {_lines(repaired)}."
    damaged = reading.rejected[reading.rejected["rule"] == "question_mark_damage"]
    if len(damaged):
        cells = counted(len(damaged), "cellule")
        yield (
            "warning",
            f"« ? » au milieu d'un mot dans {cells} : {_lines(list(damaged['source_row']))}. {_LOST_LETTERS}",
        )


def _beyond_ascii(body: pd.DataFrame) -> list[tuple[int, str]]:
    """Line and text of every cell that is not plain ASCII."""
    columns = (body[position] for position in body.columns)
    beyond = (column[[not text.isascii() for text in column]] for column in columns)
    return [cell for column in beyond for cell in zip(line_numbers(column), column, strict=True)]


def _lines(lines: list[int]) -> str:
    return listed(sorted(set(lines)))
