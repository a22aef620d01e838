"""`alliage query`, `alliage export` and `alliage report`."""

import sys
from enum import StrEnum
from pathlib import Path
from shutil import get_terminal_size
from typing import Annotated

import typer

from flows.options import Json, Warehouse, print_json
from flows.settings import settings
from transforms.errors import InputError

_ON_A_TERMINAL = 50


class Format(StrEnum):
    """What `alliage export` writes."""

    EXCEL = "excel"
    CSV = "csv"
    PARQUET = "parquet"


def query(
    asked: Annotated[
        str | None,
        typer.Argument(metavar="SQL | NOM", help="Requête SQL entre guillemets, ou nom d'un exemple."),
    ] = None,
    show: Annotated[bool, typer.Option("--list", help="Montrer les requêtes d'exemple.")] = False,
    limit: Annotated[
        int | None,
        typer.Option(
            min=0,
            help=f"Lignes au plus ; 0 pour toutes. Sans cette option : {_ON_A_TERMINAL}, et toutes avec "
            "--csv ou --json.",
        ),
    ] = None,
    as_csv: Annotated[
        bool, typer.Option("--csv", help="Écrire un CSV pour Excel (point-virgule, virgule décimale).")
    ] = False,
    as_json: Json = False,
    warehouse: Warehouse = None,
) -> None:
    """Interroger l'entrepôt, en lecture seule, par une requête SQL ou un exemple."""
    from flows import query_text as told
    from flows.query import ask
    from transforms.warehouse.named_queries import named_queries

    _require_one_question(asked, show)
    if asked is None:
        found = named_queries()
        if as_json:
            return print_json({"queries": [one.model_dump() for one in found.values()]})
        return typer.echo(told.queries_text(found))
    rows = limit if limit is not None else None if as_csv or as_json else _ON_A_TERMINAL
    answer = ask(warehouse or settings().warehouse, asked, limit=rows or None)
    if as_csv:
        return typer.echo(told.answer_csv(answer), nl=False)
    if as_json:
        return print_json(told.answer_json(answer))
    width = get_terminal_size().columns if sys.stdout.isatty() else None
    return typer.echo(told.answer_text(answer, width=width))


def export(
    out: Annotated[Path, typer.Option(help="Dossier où écrire ; créé s'il manque.")],
    as_format: Annotated[Format, typer.Option("--format", help="Sorte de fichiers.")] = Format.EXCEL,
    territories: Annotated[
        list[str] | None,
        typer.Option(
            "--territoire",
            metavar="CODE",
            help="Ce territoire seulement, par exemple 42 ou lyon ; répétable.",
        ),
    ] = None,
    warehouse: Warehouse = None,
    as_json: Json = False,
) -> None:
    """Exporter la liste des entreprises actives, avec les seules colonnes qui peuvent être transmises."""
    from flows import export as exporting

    written = exporting.export(
        warehouse or settings().warehouse, out, str(as_format), territories=tuple(territories or ())
    )
    if as_json:
        print_json(written.as_json())
    else:
        typer.echo(exporting.written_text(written))


def report(
    out: Annotated[
        Path | None, typer.Option(help="Dossier où écrire ; sinon celui de l'entrepôt. Créé s'il manque.")
    ] = None,
    warehouse: Warehouse = None,
    as_json: Json = False,
) -> None:
    """Refaire le rapport illustré d'un entrepôt publié, ou d'une version conservée (HTML et PDF)."""
    from transforms.reporting import stage as reporting

    place = (warehouse or settings().warehouse).resolve()
    parameters = reporting.ReportParameters(warehouse=place, out=out and out.resolve())
    told = reporting.run(place, parameters)
    if as_json:
        files = {"html": str(parameters.page), "pdf": str(parameters.document)}
        return print_json({"warehouse": str(place), **files, "counts": told.counts})
    return typer.echo(
        f"Rapport de {place}\n  - à lire : {parameters.page}\n  - à imprimer : {parameters.document}"
    )


def _require_one_question(asked: str | None, show: bool) -> None:
    if (asked is None) == show:
        return
    raise InputError(
        "Cette commande demande une requête, ou la liste des exemples.",
        found="rien" if asked is None else "les deux",
        expected='par exemple alliage query "SELECT count(*) FROM companies", ou alliage query --list',
        next_step="voir alliage query --help",
    )
