"""`alliage match`, `alliage decide`, `alliage refit` and `alliage explain`."""

from pathlib import Path
from typing import Annotated

import typer

from flows.options import Json, State, Warehouse, print_json
from flows.settings import settings
from transforms.errors import InputError, Where

_TABLES = {".csv", ".tsv", ".txt", ".parquet", ".pq", ".xlsx", ".xlsm", ".xls", ".ods"}
_SPECS = {".yml", ".yaml"}
_END = "Fiche (réseau:numéro, par exemple clustr:CR-0059) ou entreprise (E-…)."


def decide(
    verdict: Annotated[
        str | None,
        typer.Argument(
            metavar="VERDICT", help="same (même entreprise), different (entreprises différentes) ou unsure."
        ),
    ] = None,
    left: Annotated[str | None, typer.Argument(metavar="GAUCHE", help=_END)] = None,
    right: Annotated[str | None, typer.Argument(metavar="DROITE", help=_END)] = None,
    steward: Annotated[
        str | None, typer.Option(help="Pseudonyme de qui décide, par exemple st-1 ; il est publié.")
    ] = None,
    reason: Annotated[
        str | None, typer.Option(help="Motif de la décision ou du retrait, sans donnée personnelle.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option(help="Fichier de décisions, une par ligne (.csv, .jsonl, .xlsx).")
    ] = None,
    revoke: Annotated[
        str | None, typer.Option(help="Numéro de la décision à retirer.", metavar="D-0001")
    ] = None,
    show: Annotated[
        bool, typer.Option("--list", help="Montrer toutes les décisions et ce que chacune est devenue.")
    ] = False,
    queue: Annotated[
        bool, typer.Option("--queue", help="Montrer les paires à juger, avec les raisons en clair.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(help="Avec --queue : fichier .xlsx ou .csv à compléter, que --file reprend tel quel."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Enregistrer malgré une fiche inconnue ou une contradiction.")
    ] = False,
    warehouse: Warehouse = None,
    state: State = None,
    as_json: Json = False,
) -> None:
    """Montrer les paires à juger, enregistrer une décision ou un fichier de décisions, en retirer une."""
    from flows import decide as deciding
    from flows import decide_text as told

    pair = [part for part in (verdict, left, right) if part is not None]
    _require_one_way(len(pair), file, revoke, show, queue)
    _require_queue(queue, out)
    published, kept = warehouse or settings().warehouse, state or settings().state
    if queue:
        return _show_queue(published, kept, out, as_json)
    if show:
        return _show_decisions(published, kept, as_json)
    if steward is None and file is None:
        raise InputError(
            "Qui décide ?",
            found="aucun pseudonyme",
            expected="--steward suivi d'un pseudonyme, par exemple st-1",
            next_step="ajouter cette option",
        )
    if revoke is not None:
        taken = deciding.take_back(
            revoke, steward=steward or "", reason=reason, warehouse=published, state=kept
        )
        return print_json(taken.model_dump(mode="json")) if as_json else typer.echo(told.revoked_text(taken))
    if file is not None:
        decided = deciding.decide_file(
            file, steward=steward, reason=reason, force=force, warehouse=published, state=kept
        )
    else:
        decided = deciding.decide(
            pair[0],
            pair[1],
            pair[2],
            steward=steward or "",
            reason=reason,
            force=force,
            warehouse=published,
            state=kept,
        )
    if as_json:
        print_json(decided.model_dump(mode="json"))
    else:
        typer.echo(told.decided_text(decided))
    raise typer.Exit(decided.exit_code)


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
    what: Annotated[list[str], typer.Argument(metavar="ENTREPRISE | FICHE FICHE", help=_END)],
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


def _show_queue(warehouse: Path, state: Path, out: Path | None, as_json: bool) -> None:
    from flows.queue import queue_text, read_queue
    from flows.queue_file import write_queue

    queue = read_queue(warehouse, state)
    if out is not None:
        queue = queue.model_copy(update={"file": write_queue(queue.pairs, out)})
    if as_json:
        print_json(queue.model_dump(mode="json"))
    else:
        typer.echo(queue_text(queue))


def _show_decisions(warehouse: Path, state: Path, as_json: bool) -> None:
    from flows.decide_text import listed_text
    from flows.decision_list import list_decisions

    listed = list_decisions(warehouse, state)
    if as_json:
        print_json(listed.model_dump(mode="json"))
    else:
        typer.echo(listed_text(listed))


def _require_queue(queue: bool, out: Path | None) -> None:
    if out is not None and not queue:
        raise InputError(
            "L'option --out dit où écrire les paires à juger.",
            found="--out sans --queue",
            expected="--queue --out, ou --file pour donner des décisions",
            next_step="voir alliage decide --help",
        )


def _require_one_way(parts: int, file: Path | None, revoke: str | None, show: bool, queue: bool) -> None:
    ways = [parts > 0, file is not None, revoke is not None, show, queue]
    if sum(ways) == 1 and parts in (0, 3):
        return
    raise InputError(
        "Cette commande fait une chose à la fois.",
        found="rien à faire" if not any(ways) else f"{parts} mot(s) sur 3" if sum(ways) == 1 else "plusieurs",
        expected="un verdict et deux fiches, ou --queue, ou --file, ou --revoke, ou --list",
        next_step="voir alliage decide --help",
    )
