"""Files that are no export of members, and each part of the error with which they are refused."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import odd_files
from bad_exports import FIELDS, GOOD, HEADER, MEMBERS, NUMELINK_HEADER, written


@dataclass(frozen=True)
class Refused:
    """A file that is refused: its bytes, and each part of the error."""

    content: Callable[[], bytes]
    what: str
    found: str
    expected: str
    next_step: str
    line: int | None = None
    column: str | None = None
    sheet: str | None = None


@cache
def bomb() -> bytes:
    return odd_files.bomb([NUMELINK_HEADER], megabytes=501)


def exchanged(one: str, other: str) -> str:
    """The export with the contents of two columns exchanged, their headers in place."""
    places = [*range(len(FIELDS))]
    a, b = FIELDS.index(one), FIELDS.index(other)
    places[a], places[b] = b, a
    return written(*[[row[place] for place in places] for row in MEMBERS])


WITHOUT_NAME = [*HEADER[:1], *HEADER[2:]]
EMPTY = "Le fichier est vide."
EACH_IN_ITS_PLACE = (
    "chaque donnée sous son en-tête",
    "échanger les deux en-têtes, ou les deux colonnes, puis refaire l'export",
)
A_HEADER_AND_MEMBERS = "une ligne d'en-têtes, puis une ligne par adhérent"
AGAIN = "refaire l'export"
NO_RECORD = {
    "what": "Le fichier ne contient aucune fiche d'adhérent.",
    "expected": "au moins une ligne avec un identifiant et une raison sociale",
    "next_step": "vérifier que l'export est complet, puis le refaire",
}
OTHER_KIND = "Ce fichier n'est pas ce que son nom annonce."
NO_CSV = {
    "what": OTHER_KIND,
    "expected": "un fichier CSV",
    "next_step": "refaire l'export en CSV",
}
HUGE = {
    "what": "Ce classeur est démesuré.",
    "expected": "moins de 500 Mo",
    "next_step": "copier la seule liste des adhérents dans un nouveau classeur",
}
REFUSED_CSV = {
    "empty file": Refused(bytes, EMPTY, "0 octet", "un fichier CSV", AGAIN),
    "blank lines": Refused(
        lambda: b"\r\n \r\n;;;\r\n", EMPTY, "3 lignes sans une cellule remplie", A_HEADER_AND_MEMBERS, AGAIN
    ),
    "0 rows": Refused(
        lambda: written().encode(),
        found="aucune ligne sous l'en-tête",
        **NO_RECORD,
    ),
    "a TOTAL and no member": Refused(
        lambda: written(["TOTAL", "0 adhérent"]).encode(),
        found="1 ligne ignorée sous l'en-tête",
        **NO_RECORD,
    ),
    "a PDF named .csv": Refused(
        lambda: b"%PDF-1.7\n%\xe2\xe3\n" + bytes(99), found="un document PDF", **NO_CSV
    ),
    "a web page": Refused(lambda: b"<!DOCTYPE html><p>Erreur 500", found="une page HTML", **NO_CSV),
    "a workbook named .csv": Refused(
        lambda: odd_files.workbook([HEADER]), found="un classeur Excel (ou une archive ZIP)", **NO_CSV
    ),
    "no text": Refused(lambda: bytes(range(1, 20)) * 99, found="un fichier binaire", **NO_CSV),
    "required column gone": Refused(
        lambda: written(*[[*row[:1], *row[2:]] for row in MEMBERS], header=WITHOUT_NAME).encode(),
        "Il manque une colonne obligatoire : « Raison sociale ».",
        "les en-têtes " + ", ".join(f"« {header} »" for header in WITHOUT_NAME),
        "« Raison sociale » ou un de ses synonymes (Société, Entreprise, Nom, Dénomination, "
        "Nom de l'entreprise)",
        "renommer la colonne dans l'export, ou ajouter son nouveau nom aux « synonyms » du contrat "
        "clustr.yml",
        line=1,
        column="Raison sociale",
    ),
    "no header": Refused(
        lambda: written(*MEMBERS[1:], header=MEMBERS[0]).encode(),
        "Ce fichier semble ne pas avoir de ligne d'en-têtes : des colonnes obligatoires manquent.",
        "une ligne qui ressemble à une fiche (elle n'est pas montrée)",
        "une ligne qui nomme les colonnes, dont « N° adhérent », « Raison sociale »",
        "refaire l'export avec sa ligne d'en-têtes, ou l'ajouter en tête du fichier",
        line=1,
    ),
    "identifiers and names swapped": Refused(
        lambda: written(*[[f"Atelier du {row[0]} bis", row[0], *row[2:]] for row in MEMBERS]).encode(),
        "Les colonnes « N° adhérent » et « Raison sociale » semblent interverties.",
        "des noms sous « N° adhérent », des identifiants sous « Raison sociale »",
        *EACH_IN_ITS_PLACE,
        line=1,
        column="N° adhérent",
    ),
    "names and addresses swapped": Refused(
        lambda: exchanged("name", "address").encode(),
        "Les colonnes « Raison sociale » et « Adresse » semblent interverties.",
        "des adresses (numéro et rue) sous « Raison sociale », presque aucune sous « Adresse »",
        *EACH_IN_ITS_PLACE,
        line=1,
        column="Raison sociale",
    ),
    "towns and postcodes swapped": Refused(
        lambda: exchanged("postcode", "city").encode(),
        "Les colonnes « Ville » et « Code postal » semblent interverties.",
        "des codes postaux sous « Ville », non sous « Code postal »",
        *EACH_IN_ITS_PLACE,
        line=1,
        column="Ville",
    ),
}
REFUSED_XLSX = {
    "truncated": Refused(
        lambda: odd_files.workbook([NUMELINK_HEADER] * 99)[:3_000],
        "Ce classeur est illisible : il est abîmé ou incomplet.",
        "un fichier de 3\u202f000 octets que rien ne permet de lire comme un classeur",
        "un classeur Excel entier (.xlsx, .xls ou .ods)",
        "l'ouvrir dans Excel ou LibreOffice, l'enregistrer de nouveau, ou le redemander",
    ),
    "with a password": Refused(
        odd_files.locked_workbook,
        "Ce classeur est protégé par un mot de passe.",
        "un classeur chiffré",
        "un classeur sans mot de passe",
        "l'ouvrir avec son mot de passe et l'enregistrer sans (Fichier, Informations, Protéger)",
    ),
    "a bomb that says so": Refused(bomb, found="501 Mo une fois décompressé", **HUGE),
    "a bomb that lies": Refused(
        lambda: odd_files.lying(bomb()),
        found="plus de 500 Mo une fois décompressé (0 Mo annoncés)",
        **HUGE,
    ),
    "empty file": Refused(bytes, EMPTY, "0 octet", "un classeur Excel", AGAIN),
    "no filled cell": Refused(
        lambda: odd_files.workbook([]),
        "Ce classeur est vide.",
        "1 feuille sans une cellule remplie",
        A_HEADER_AND_MEMBERS,
        AGAIN,
    ),
    "a CSV named .xlsx": Refused(
        GOOD.encode,
        OTHER_KIND,
        "un fichier texte, sans doute un CSV",
        "un classeur Excel",
        "refaire l'export en Excel",
    ),
    "0 rows": Refused(
        lambda: odd_files.workbook([NUMELINK_HEADER]),
        found="aucune ligne sous l'en-tête",
        sheet="Sheet",
        **NO_RECORD,
    ),
}
