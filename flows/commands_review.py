"""`alliage review`: the pairs to judge on a page, or as a workbook that is taken back."""

from pathlib import Path
from typing import Annotated

import typer

from flows.commands_deciding import record_said
from flows.french import FrenchCommand, FrenchGroup
from flows.options import Json, State, Warehouse, print_json
from flows.settings import settings

app = typer.Typer(
    cls=FrenchGroup,
    subcommand_metavar="COMMANDE [ARGUMENTS]...",
    help="Juger les paires douteuses, sur une page ou avec un classeur.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command("export", cls=FrenchCommand)
def export_queue(
    file: Annotated[Path, typer.Argument(metavar="FICHIER", help="Classeur à écrire (.xlsx, ou .csv).")],
    warehouse: Warehouse = None,
    state: State = None,
    as_json: Json = False,
) -> None:
    """Écrire les paires à juger dans un classeur, à compléter dans un tableur."""
    from flows.queue import queue_text, read_queue
    from flows.queue_file import write_queue

    queue = read_queue(warehouse or settings().warehouse, state or settings().state)
    queue = queue.model_copy(update={"file": write_queue(queue, file)})
    if as_json:
        print_json(queue.model_dump(mode="json"))
    else:
        typer.echo(queue_text(queue))


@app.command("import", cls=FrenchCommand)
def import_decisions(
    file: Annotated[Path, typer.Argument(metavar="FICHIER", help="Classeur complété (.xlsx, .ods, .csv).")],
    steward: Annotated[
        str | None,
        typer.Option(help="Pseudonyme de qui a jugé, où une ligne ne le dit pas ; il est publié."),
    ] = None,
    reason: Annotated[str | None, typer.Option(help="Motif, où une ligne n'en a pas.")] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Enregistrer malgré une fiche inconnue ou une contradiction.")
    ] = False,
    warehouse: Warehouse = None,
    state: State = None,
    as_json: Json = False,
) -> None:
    """Reprendre un classeur complété, trié ou filtré ; les lignes refusées sont dites une à une."""
    by = {
        "steward": steward,
        "reason": reason,
        "warehouse": warehouse or settings().warehouse,
        "state": state or settings().state,
        "force": force,
    }
    record_said(file, by, as_json)


@app.command("serve", cls=FrenchCommand)
def serve_page() -> None:
    """Ouvrir la page des gestionnaires seule, sans les lancements, jusqu'à Ctrl-C."""
    from flows.serving.checks import check_settings, require_free_port
    from flows.serving.surroundings import review_address
    from review.server import serve

    check_settings()
    require_free_port(settings().review_port, "ALLIAGE_REVIEW_PORT")
    typer.echo(f"Page des gestionnaires : {review_address()}\nCtrl-C l'arrête.", err=True)
    serve()
