"""All that can be wrong with an export: files to refuse, cells to refuse, and oddities to bear."""

import csv
import io
from collections.abc import Callable
from functools import cache

import odd_files

from transforms.sources.contract import FOLDER as CONTRACTS
from transforms.sources.contract import load_contract

CLUSTR, NUMELINK = (load_contract(CONTRACTS / f"{name}.yml") for name in ("clustr", "numelink"))
HEADER = [column.header for column in CLUSTR.columns]
FIELDS = [column.field for column in CLUSTR.columns]
NUMELINK_HEADER = [column.header for column in NUMELINK.columns]


def member(member_id: str, **cells: str) -> list[str]:
    """One row of the CSV, with harmless cells where nothing is said."""
    usual = {
        "member_id": member_id,
        "name": f"Atelier {member_id}",
        "address": "3 rue des Essais",
        "postcode": "69001",
        "city": "LYON",
        "headcount": "12",
        "turnover": "1830",
        "joined_on": "03/04/2014",
        "fee": "900,00",
    }
    return [(usual | cells).get(field, "") for field in FIELDS]


def written(*records: list[str], header: list[str] = HEADER) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows([header, *records])
    return text.getvalue()


MEMBERS = [member(f"M-{number}") for number in range(10, 30)]
GOOD = written(*MEMBERS)

# What the file holds; the file, the line and the column that are named; words of what was found.


@cache
def bomb() -> bytes:
    return odd_files.bomb([NUMELINK_HEADER], megabytes=501)


WITHOUT_NAME = [*HEADER[:1], *HEADER[2:]]
REFUSED_CSV: dict[str, tuple[bytes, str, int | None, str | None, str]] = {
    "empty file": (b"", "est vide", None, None, "0 octet"),
    "blank lines": (b"\r\n \r\n;;;\r\n", "est vide", None, None, "3 lignes sans une cellule remplie"),
    "0 rows": (written().encode(), "aucune fiche", None, None, "0 ligne(s) ignorée(s)"),
    "a TOTAL and no member": (
        written(["TOTAL", "0 adhérent"]).encode(),
        "aucune fiche",
        None,
        None,
        "1 ligne",
    ),
    "a PDF named .csv": (b"%PDF-1.7\n%\xe2\xe3\n" + bytes(99), "son nom annonce", None, None, "document PDF"),
    "a web page": (b"<!DOCTYPE html><p>Erreur 500", "son nom annonce", None, None, "une page HTML"),
    "a workbook named .csv": (odd_files.workbook([HEADER]), "son nom annonce", None, None, "classeur Excel"),
    "no text": (bytes(range(1, 20)) * 99, "son nom annonce", None, None, "un fichier binaire"),
    "required column gone": (
        written(*[[*row[:1], *row[2:]] for row in MEMBERS], header=WITHOUT_NAME).encode(),
        "« Raison sociale »",
        1,
        "Raison sociale",
        "« Enseigne »",
    ),
    "no header": (
        written(*MEMBERS[1:], header=MEMBERS[0]).encode(),
        "ne pas avoir de ligne d'en-têtes",
        1,
        None,
        "fiche",
    ),
    "identifiers and names swapped": (
        written(*[[f"Atelier du {row[0]} bis", row[0], *row[2:]] for row in MEMBERS]).encode(),
        "interverties",
        1,
        "N° adhérent",
        "des noms sous « N° adhérent », des identifiants sous « Raison",
    ),
}
REFUSED_XLSX: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "truncated": (
        lambda: odd_files.workbook([NUMELINK_HEADER] * 99)[:3_000],
        "abîmé ou incomplet",
        "3000 octets",
    ),
    "with a password": (odd_files.locked_workbook, "mot de passe", "un classeur chiffré"),
    "a bomb that says so": (bomb, "démesuré", "501 Mo une fois décompressé"),
    "a bomb that lies": (
        lambda: odd_files.lying(bomb()),
        "démesuré",
        "plus de 500 Mo une fois décompressé (0 Mo annoncés)",
    ),
    "empty file": (bytes, "vide", "0 octet"),
    "no filled cell": (lambda: odd_files.workbook([]), "est vide", "1 feuille(s) sans une cellule remplie"),
    "a CSV named .xlsx": (GOOD.encode, "son nom annonce", "un fichier de texte"),
    "0 rows": (lambda: odd_files.workbook([NUMELINK_HEADER]), "aucune fiche", "0 ligne(s) ignorée(s)"),
}

# One bad cell a member: its column, the rule, its severity.
BAD_CELLS: dict[str, tuple[dict[str, str], str, str, str]] = {
    "1900": ({"joined_on": "01/01/1900"}, "Date d'adhésion", "date_out_of_range", "warning"),
    "2099": ({"joined_on": "31/12/2099"}, "Date d'adhésion", "date_out_of_range", "warning"),
    "30 February": ({"joined_on": "30/02/2014"}, "Date d'adhésion", "date_impossible", "warning"),
    "negative turnover": ({"turnover": "-183"}, "CA (k€)", "turnover_negative", "warning"),
    "negative head count": ({"headcount": "-3"}, "Effectif", "headcount_negative", "warning"),
    "a cell of 5 MB": ({"address": "x" * 5_000_000}, "Adresse", "cell_too_long", "warning"),
    "replacement character": ({"city": "Saint-\ufffdtienne"}, "Ville", "replacement_character", "info"),
    "a formula for a date": ({"joined_on": "=TODAY()"}, "Date d'adhésion", "date_unreadable", "warning"),
    "a formula for a figure": ({"turnover": "=1+1"}, "CA (k€)", "turnover_unreadable", "warning"),
    "a command for a head count": ({"headcount": "@SUM(1)"}, "Effectif", "headcount_unreadable", "warning"),
    "a call for a postcode": (
        {"postcode": "+cmd|' /C calc'!A0"},
        "Code postal",
        "postcode_format",
        "warning",
    ),
    "no name": ({"name": ""}, "Raison sociale", "name_missing", "critical"),
}
# Names that are odd and yet somebody's: each is read, matched and published under its own company.
ODD_NAMES = {
    "one letter": "Q",
    "punctuation": "!!! ???",
    "a legal form": "SARL",
    "500 characters": "Longue Raison " * 35 + "Sociale 12",
    "Arabic": "شركة النور",
    "emoji": "Atelier 🚀🔥",
    "zero-width": "Ate\u200blier\u200d Zér\ufeffo",
    "right to left": "\u202eretroveR\u202c \u200fAtelier",
    "a formula": '=HYPERLINK("http://example.invalid";"ici")',
    "a plus": "+Plus Conseil",
    "a minus": "-Moins Conseil",
    "an at": "@Robase Conseil",
    "quoted newlines": "Atelier\r\nde deux lignes",
    "a question": "Et alors ?",
}

LINES = GOOD.splitlines(keepends=True)
OPEN_QUOTE = "".join([*LINES[:4], LINES[4].replace(";Atelier M-13;", ';"Atelier M-13;'), *LINES[5:]])
OPEN_QUOTE_AT_END = "".join([*LINES[:-2], LINES[-2].replace(";Atelier", ';"Atelier'), LINES[-1]])
# A file that is not as it should be and yet is read whole; the words with which that is said.
SURVIVED: dict[str, tuple[str | bytes, str]] = {
    "two header lines": (
        "".join([LINES[0], LINES[0], *LINES[1:]]),
        "1 ligne ignorée (en-tête répété) : ligne 2.",
    ),
    "a header repeated amid": ("".join([*LINES[:9], LINES[0], *LINES[9:]]), "(en-tête répété) : ligne 10."),
    "a header at the end": ("".join([*LINES[1:], LINES[0]]), "L'en-tête n'est qu'à la ligne 21"),
    "NUL bytes": (GOOD.encode().replace(b"Atelier M-1", b"Ate\0lier M-1"), "NUL"),
    "a quote never closed": (OPEN_QUOTE, "jamais fermé, lu comme un caractère ordinaire : ligne 5."),
    "a quote never closed on the last line but one": (
        OPEN_QUOTE_AT_END,
        "jamais fermé, lu comme un caractère ordinaire : ligne 20.",
    ),
    "200 columns": (
        written(
            *[[*row, *["x"] * 183] for row in MEMBERS], header=[*HEADER, *(f"Divers {n}" for n in range(183))]
        ),
        "Colonne inconnue « Divers 182 » : gardée telle quelle",
    ),
    "a row too long": (GOOD.replace("LYON;", "LYON;de;trop;", 1), "plus de cellules que les autres"),
    "optional column gone": (
        written(*[row[:-1] for row in MEMBERS], header=HEADER[:-1]),
        "Colonne facultative absente : « Collège ».",
    ),
    "a 5 MB cell": (written(*MEMBERS[1:], member("M-10", trade_name="x" * 5_000_000)), "Fichier lu"),
}
