"""`alliage correct`: giving the right value of a company, taking that back, listing what was given."""

from typing import Annotated

import typer

from flows.commands_deciding import require_steward
from flows.options import Json, State, Warehouse, print_json
from flows.settings import settings
from transforms.errors import InputError


def correct(
    company: Annotated[
        str | None,
        typer.Argument(metavar="ENTREPRISE", help="Identifiant (E-…), ou une de ses fiches (réseau:numéro)."),
    ] = None,
    column: Annotated[
        str | None,
        typer.Argument(metavar="COLONNE", help="Ce qui est à corriger, par exemple website ou « Site web »."),
    ] = None,
    value: Annotated[str | None, typer.Argument(metavar="VALEUR", help="La valeur juste.")] = None,
    steward: Annotated[
        str | None, typer.Option(help="Pseudonyme de qui corrige, par exemple st-1 ; il est publié.")
    ] = None,
    reason: Annotated[
        str | None, typer.Option(help="Motif de la correction ou du retrait, sans donnée personnelle.")
    ] = None,
    revoke: Annotated[
        str | None, typer.Option(help="Numéro de la correction à retirer.", metavar="C-0001")
    ] = None,
    show: Annotated[
        bool, typer.Option("--list", help="Montrer toutes les corrections et ce que chacune est devenue.")
    ] = False,
    force: Annotated[
        bool,
        typer.Option(
            "--force",
            help="Donner un SIREN qu'une autre entreprise porte déjà : c'est la même, à réunir avec elle.",
        ),
    ] = False,
    warehouse: Warehouse = None,
    state: State = None,
    as_json: Json = False,
) -> None:
    """Corriger une valeur d'une entreprise ; elle l'emporte sur les exports jusqu'à son retrait."""
    given = [part for part in (company, column, value) if part is not None]
    _require_one_way(len(given), revoke, show)
    published, kept = warehouse or settings().warehouse, state or settings().state
    from flows import correct as correcting
    from flows import correct_text as text

    if show:
        listed = correcting.list_corrections(published, kept)
        told, content = text.corrections_text(listed), listed.model_dump(mode="json")
    elif revoke is not None:
        by = require_steward(steward)
        taken = correcting.take_back_correction(
            revoke, steward=by, reason=reason, warehouse=published, state=kept
        )
        told, content = text.taken_back_text(taken), taken.model_dump(mode="json")
    else:
        by = require_steward(steward)
        done = correcting.correct(
            *given, steward=by, reason=reason, warehouse=published, state=kept, force=force
        )
        told, content = text.corrected_text(done), done.model_dump(mode="json")
    if as_json:
        print_json(content)
    else:
        typer.echo(told)


def _require_one_way(parts: int, revoke: str | None, show: bool) -> None:
    if [parts > 0, revoke is not None, show].count(True) == 1 and parts in (0, 3):
        return
    raise InputError(
        "Cette commande fait une chose à la fois.",
        found=f"{parts} mot(s) sur 3" if parts else "rien à faire, ou plusieurs choses",
        expected="une entreprise, une colonne et une valeur, ou --revoke, ou --list",
        next_step="voir alliage correct --help",
    )
