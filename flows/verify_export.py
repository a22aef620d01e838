"""One export against its contract, as a flow that staff start from a form."""

from itertools import groupby
from pathlib import Path
from typing import Any

from pydantic import Field

from flows import progress as told
from flows.check import check_export, check_verdict
from flows.form import Form
from flows.french_flow import french_flow
from flows.markdown import MOST_ROWS, blocks, bullets, inert, table, title
from flows.places import RAW
from flows.settings import settings
from transforms import reference
from transforms.errors import InputError, Where
from transforms.sources.check import CheckReport
from transforms.sources.contract import load_contracts

REPORT = "verification-rapport"
_ANY = "automatique"
_SHOWN = 10


def _sources(schema: dict[str, Any]) -> None:
    """A list to choose from: the contracts of this installation."""
    schema["enum"] = [_ANY, *(contract.source for contract in load_contracts(settings().contracts))]


class CheckParameters(Form):
    """Which file, and by which contract."""

    file: str = Field(
        title="Fichier à vérifier",
        description="Son nom s'il est déposé dans le dossier des exports, par exemple adherents.xlsx ; sinon "
        "son chemin complet.",
        min_length=1,
    )
    source: str = Field(
        _ANY,
        title="Réseau",
        description="automatique : celui dont l'export a les colonnes.",
        json_schema_extra=_sources,
    )
    raw: Path = RAW


@french_flow(
    "vérification",
    description="Contrôle un export contre son contrat : colonnes reconnues, cellules à corriger. Rien n'est "
    "publié ni modifié.",
    form="Export à vérifier",
)
def verify_export(parameters: CheckParameters) -> CheckReport:
    """Check one export.

    Args:
        parameters: which file, and by which contract.
    """
    file = found_file(parameters.raw, parameters.file)
    report = check_export(file, None if parameters.source == _ANY else parameters.source)
    told.report(REPORT, lambda: verification_report(report))
    told.done(check_verdict(report))
    return report


def found_file(raw: Path, name: str) -> Path:
    """The file that `name` means: a path, or a file of that name below the folder of exports.

    Raises:
        InputError: none or several have that name; those that there are are listed.
    """
    if (given := Path(name)).is_file():
        return given
    present = [path for path in sorted(raw.glob("*/*")) if path.is_file() and not path.name.startswith(".")]
    found = [
        path for path in present if name.casefold() in (path.name.casefold(), _below(raw, path).casefold())
    ]
    if len(found) == 1:
        return found[0]
    listed = [_below(raw, path) for path in found or present]
    more = [f"… et {len(listed) - _SHOWN} autres"] * (len(listed) > _SHOWN)
    raise InputError(
        "Plusieurs fichiers portent ce nom." if found else "Il n'y a pas de fichier de ce nom.",
        where=Where(file=str(raw)),
        found=name,
        expected=", ".join([*listed[:_SHOWN], *more]) or "un fichier ; le dossier des exports est vide",
        next_step="recopier un de ces noms, ou déposer le fichier dans le dossier de son réseau",
    )


def verification_report(report: CheckReport) -> str:
    """What a run would make of the file (Markdown); values stay in the file."""
    fields = reference.load("fields")
    columns = [
        (one.header, fields[one.field]["label"] if one.field else "inconnue, gardée telle quelle", _how(one))
        for one in report.columns
    ]
    refused = [one for one in report.refusals if one.severity != "info"]
    by_message = groupby(sorted(refused, key=lambda one: one.message), key=lambda one: one.message)
    counts = [(message, len(list(same))) for message, same in by_message]
    places = [(one.source_row, one.column_name or "toute la ligne", one.message) for one in refused]
    return blocks(
        title(inert(check_verdict(report)), 1),
        bullets(inert(remark.text) for remark in report.remarks) if report.remarks else None,
        f"{title('À corriger, par motif')}\n\n{table(('Motif', 'Nombre'), counts)}" if counts else None,
        f"{title('Où')}\n\n{table(('Ligne', 'Colonne', 'Motif'), places[:MOST_ROWS], len(places))}"
        if places
        else None,
        f"{title('Colonnes')}\n\n{table(('En-tête', 'Champ', 'Reconnue'), columns)}",
    )


def _how(column: Any) -> str:
    return {"header": "par son nom", "synonym": "par un synonyme", "guess": "devinée, à vérifier"}.get(
        column.recognised_by, ""
    )


def _below(raw: Path, path: Path) -> str:
    return path.relative_to(raw).as_posix()
