"""`alliage match`, `alliage refit` and `alliage explain`."""

from pathlib import Path
from typing import Annotated

import typer

from flows.options import END, Json, State, Warehouse, print_json
from flows.settings import settings
from transforms.errors import InputError, Where

_TABLES = {".csv", ".tsv", ".txt", ".parquet", ".pq", ".xlsx", ".xlsm", ".xls", ".ods"}
_SPECS = {".yml", ".yaml"}


def refit(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Montrer ce qui changerait, sans rien enregistrer.")
    ] = False,
    undo: Annotated[
        bool, typer.Option("--undo", help="Annuler le réajustement en vigueur : revenir aux poids d'avant.")
    ] = False,
    warehouse: Warehouse = None,
    state: State = None,
    as_json: Json = False,
) -> None:
    """Réajuster les poids du rapprochement d'après les décisions, pour les fusions à venir."""
    from flows import refit as refitting
    from flows import refit_text as told

    kept = state or settings().state
    if undo:
        undone = refitting.undo_refit(kept, dry_run=dry_run)
        return print_json(undone.model_dump(mode="json")) if as_json else typer.echo(told.undone_text(undone))
    refitted = refitting.refit_weights(warehouse or settings().warehouse, kept, dry_run=dry_run)
    return (
        print_json(refitted.model_dump(mode="json")) if as_json else typer.echo(told.refitted_text(refitted))
    )


def explain(
    what: Annotated[
        list[str],
        typer.Argument(
            metavar="ENTREPRISE | FICHE FICHE",
            help=f"{END} Ou le nom de l'entreprise, entre guillemets s'il a plusieurs mots.",
        ),
    ],
    svg: Annotated[Path | None, typer.Option(help="Fichier .svg où dessiner les poids.")] = None,
    warehouse: Warehouse = None,
    as_json: Json = False,
) -> None:
    """Expliquer pourquoi les fiches d'une entreprise sont réunies, ou pourquoi deux fiches le sont ou non."""
    from flows import explain as explaining
    from flows.explain_text import as_text

    found = explaining.explain(what, warehouse or settings().warehouse)
    if not as_json:
        # Before the drawing: the explanation is worth reading though there may be nothing to draw.
        typer.echo(as_text(found))
    drawing = explaining.draw(found, svg) if svg else None
    if as_json:
        print_json(found.model_dump(mode="json") | ({"drawing": str(drawing)} if drawing else {}))
    elif drawing:
        typer.echo(f"\nDessin écrit : {drawing}")


def match(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="[SPÉCIFICATION] TABLE...", help="Spécification YAML, puis tables CSV, Parquet ou Excel."
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(help="Fichier .parquet ou .csv à écrire : source, record_id, cluster_id, et pourquoi."),
    ],
    auto: Annotated[
        bool,
        typer.Option("--auto", help="Proposer la spécification d'après les colonnes."),
    ] = False,
    pairs: Annotated[
        Path | None,
        typer.Option(
            help="Fichier .parquet ou .csv où écrire aussi les paires comparées, et pourquoi en juger."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Rapprocher les fiches de tables quelconques, d'après une spécification ou par --auto."""
    from flows.match_tables import match_tables

    spec, inputs = (None, files) if auto else (files[0], files[1:])
    _require_spec_first(files, auto=auto)
    if not inputs:
        raise InputError(
            "Il manque une table à rapprocher.",
            found=f"un seul fichier : {files[0]}",
            expected="une spécification puis une ou plusieurs tables, ou --auto et des tables",
            next_step="voir alliage match --help",
        )
    matched = match_tables(inputs, out, spec_file=spec, pairs_file=pairs)
    if as_json:
        print_json(matched.as_dict())
    else:
        typer.echo(matched.as_text())


def _require_spec_first(files: list[Path], *, auto: bool) -> None:
    first = files[0]
    if not auto and first.suffix.lower() in _TABLES:
        raise InputError(
            "Il manque une spécification.",
            where=Where(file=str(first)),
            found="une table en premier",
            expected="une spécification YAML, puis les tables",
            next_step="ajouter --auto pour qu'une spécification soit proposée, ou en donner une d'abord",
        )
    if auto and (specs := [path for path in files if path.suffix.lower() in _SPECS]):
        raise InputError(
            "Avec --auto, la spécification est proposée : il n'y en a pas à donner.",
            where=Where(file=str(specs[0])),
            found="une spécification parmi les tables",
            expected="des tables seules",
            next_step="retirer --auto, ou cette spécification",
        )
