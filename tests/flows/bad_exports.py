"""All that can be wrong within an export: cells to refuse, and oddities to bear."""

import csv
import io

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
# Numbers that a spreadsheet would run.
FORMULA_IDS = ("=1+1", "+33", "-5", "@SUM(1)")
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
    "NUL bytes": (
        GOOD.encode().replace(b"Atelier M-1", b"Ate\0lier M-1"),
        "Le fichier contient 10 caractère(s) NUL, retiré(s) à la lecture.",
    ),
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
