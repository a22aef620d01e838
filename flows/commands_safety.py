"""`alliage simulate` and `alliage clean`: a merge that publishes nothing, and what may go."""

from pathlib import Path
from typing import Annotated

import typer

from flows import interpreter
from flows.options import Json, State, Warehouse, print_json
from flows.terminal import Terminal


def simulate(
    raw: Annotated[Path | None, typer.Option(help="Dossier des exports, un sous-dossier par réseau.")] = None,
    warehouse: Warehouse = None,
    state: State = None,
    as_json: Json = False,
) -> None:
    """Faire toute la fusion sur une copie et dire ce qui changerait ; rien n'est publié ni enregistré."""
    terminal = Terminal()
    with terminal.doing("Démarrage"):
        from flows import offline

        offline.prepare(logging_level="CRITICAL")
        from expectations import runner
        from flows.merge_members import walk
        from flows.parameters import MergeParameters
        from flows.progress import teller
        from flows.runs import refuse_early
        from flows.simulation import simulate
        from flows.simulation_text import simulation_json, simulation_text

        runner.load()
        interpreter.settle()
    teller.set(lambda: terminal)
    given = {"raw": raw, "warehouse": warehouse, "state": state}
    parameters = MergeParameters.model_validate(
        {name: path and path.resolve() for name, path in given.items()}
    )
    refuse_early(parameters)
    found = simulate(parameters, walk)
    if as_json:
        print_json(simulation_json(found))
    else:
        typer.echo(f"\n{simulation_text(found)}")


def clean(
    versions: Annotated[
        int | None, typer.Option(help="Versions à garder ; celle en service reste toujours.", min=1)
    ] = None,
    only_show: Annotated[
        bool, typer.Option("--dry-run", help="Dire ce qui serait supprimé, sans rien supprimer.")
    ] = False,
    raw: Annotated[Path | None, typer.Option(help="Dossier des exports, un sous-dossier par réseau.")] = None,
    warehouse: Warehouse = None,
    state: State = None,
    as_json: Json = False,
) -> None:
    """Supprimer ce qui dépasse sa durée de conservation, et les restes d'exécutions interrompues."""
    from flows.cleaning import CleanParameters, cleaned_text
    from flows.cleaning import clean as clean_files

    places = {"raw": raw, "warehouse": warehouse, "state": state}
    given = {"versions_kept": versions, "only_show": only_show, **places}
    cleaned = clean_files(CleanParameters.model_validate(given))
    if as_json:
        print_json(cleaned.model_dump(mode="json"))
    else:
        typer.echo(cleaned_text(cleaned))
