"""What commands have in common: options with their help, and how JSON is printed."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

Warehouse = Annotated[Path | None, typer.Option(help="Fichier DuckDB publié.")]
State = Annotated[Path | None, typer.Option(help="Dossier d'état : identifiants d'entreprises, décisions.")]
Json = Annotated[bool, typer.Option("--json", help="Écrire un objet JSON sur la sortie standard, à la fin.")]
END = "Fiche (réseau:numéro, par exemple clustr:CR-0059) ou entreprise (E-…)."
"""What names one end of a pair."""


def print_json(content: dict[str, Any]) -> None:
    """One object on one line, last on standard output."""
    typer.echo(json.dumps(content, ensure_ascii=False))
