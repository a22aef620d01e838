"""The answer to a request of access, as a page for the person: plain words, no path of the machine."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from flows.access import Held
from flows.access_text import NOTHING
from flows.holdings import Holding
from flows.plain_page import heading, paragraph, plain_page, table
from transforms.moments import day_text, moment_text
from transforms.warehouse import tables
from transforms.wording import plural

_SECTIONS = {
    "export": "Fichiers reçus des réseaux",
    "workbook": "Classeurs à corriger et autres tableaux",
    "contacts": "Contacts",
    "warehouse": "Entrepôt : les entreprises publiées",
    "report": "Rapport illustré",
    "parquet": "Fichiers pour l'analyse",
    "history": "Historique des entreprises",
    "register": "Registre des identifiants",
    "text": "Journaux des décisions et des exécutions",
    "log": "Journaux du service",
    "prefect": "Base du service",
}
_CONTACT = {
    "person": "Contact",
    "role": "Fonction",
    "email": "Courriel",
    "telephone": "Téléphone",
    "value": "Valeur refusée",
}
_STAMP = "%Y%m%dT%H%M%S"


def access_page(held: Held, networks: Mapping[str, str]) -> str:
    """What is held, section by section; `networks` has the title of each source.

    The same value in several versions takes one line.
    """
    told = plural(len(held.holdings), "valeur détenue", "valeurs détenues")
    parts = [paragraph(f"Demande : {held.query}. Réponse établie le {moment_text(held.asked_at)} : {told}.")]
    if not held.holdings:
        parts.append(paragraph(NOTHING))
    for kind, title in _SECTIONS.items():
        lines: dict[tuple[str, str, str], list[Holding]] = {}
        for one in held.holdings:
            if one.kind == kind:
                lines.setdefault((_label(one), _value(one), _where(one, networks)), []).append(one)
        if lines:
            rows = [
                (label, value, ", ".join(part for part in (where, _when(found)) if part))
                for (label, value, where), found in lines.items()
            ]
            parts += [heading(title), table(("Donnée", "Valeur", "Où"), rows)]
    if held.members:
        parts.append(paragraph(f"Adhérents concernés : {', '.join(_members(held.members, networks))}."))
    return plain_page("Données détenues", parts)


def _label(one: Holding) -> str:
    if one.kind == "register":
        return "Téléphone, sous forme d'empreinte"
    if one.table in ("contacts", "rejected_contacts") and one.column in _CONTACT:
        return _CONTACT[one.column]
    if one.table and one.column:
        return _meanings().get((one.table, one.column), one.column)
    return one.column or "Ligne de texte"


def _meanings() -> dict[tuple[str, str], str]:
    """What each column of the public tables means (French)."""
    return {
        (table.name, column.name): column.comment.partition(" ; ")[0]
        for table in tables.tables("public").values()
        for column in table.columns
    }


def _value(one: Holding) -> str:
    return "empreinte dont rien ne se relit" if one.kind == "register" else one.value


def _where(one: Holding, networks: Mapping[str, str]) -> str:
    """Whose list and which row, without a path."""
    source, _, number = (one.member or "").partition(":")
    network = networks.get(source, source)
    if one.kind == "export" and network:
        told = f"export de {network}"
    elif one.kind in ("export", "workbook", "parquet", "text", "log"):
        told = f"fichier {Path(one.file).name}"
    else:
        told = f"adhérent {number} de {network}" if network else "son entreprise" if one.table else ""
    row = f"ligne {one.line}" if one.line and one.kind in ("export", "workbook", "text", "log") else ""
    sheet = f"feuille « {one.sheet} »" if one.sheet else ""
    return ", ".join(part for part in (told, sheet, row) if part)


def _when(found: Iterable[Holding]) -> str:
    """Which versions say so: that in service, and of those that are kept the first and the last."""
    moments, now = set[datetime](), False
    for one in found:
        if one.kind in ("contacts", "warehouse"):
            moment = _published_at(Path(one.file).parent.name)
            moments |= {moment} if moment else set()
            now |= moment is None
    kept = sorted({day_text(one): None for one in sorted(moments)}, key=_day)
    parts = ["version en service"] * now
    if len(kept) == 1:
        parts.append(f"{plural(len(moments), 'version gardée', 'versions gardées')} du {kept[0]}")
    elif kept:
        told = plural(len(moments), "version gardée", "versions gardées")
        parts.append(f"{told}, du {kept[0]} au {kept[-1]}")
    return " et ".join(parts)


def _day(text: str) -> tuple[str, ...]:
    return tuple(reversed(text.split("/")))


def _published_at(folder: str) -> datetime | None:
    """The moment in the name of a version's folder."""
    try:
        return datetime.strptime(folder.partition("-")[0], _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None


def _members(members: Iterable[str], networks: Mapping[str, str]) -> Iterator[str]:
    for member in members:
        source, _, number = member.partition(":")
        yield f"{number} de {networks.get(source, source)}"
