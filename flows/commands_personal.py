"""`alliage access` and `alliage erase`: what is held on a person, and that it is no more."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.options import Json, State, Warehouse, print_json
from flows.settings import settings
from transforms.errors import InputError, LockError

if TYPE_CHECKING:
    from flows.erasing import Installation

Raw = Annotated[Path | None, typer.Option(help="Dossier des exports, un sous-dossier par réseau.")]
Query = Annotated[
    str,
    typer.Argument(
        metavar="QUI",
        help="Nom (avec ou sans accents), courriel ou téléphone d'une personne ; ou un adhérent : son numéro "
        "(clustr:CR-0059), son SIREN, sa raison sociale.",
    ),
]
Also = Annotated[
    list[Path] | None,
    typer.Option(
        "--also",
        metavar="CHEMIN",
        help="Autre fichier ou dossier où chercher : exports remis, copies ; peut être répété.",
    ),
]


def access(
    query: Query,
    out: Annotated[
        Path | None,
        typer.Option(help="Page HTML à écrire, lisible par vous seul ; remplace celle qui s'y trouve."),
    ] = None,
    also: Also = None,
    raw: Raw = None,
    warehouse: Warehouse = None,
    state: State = None,
    as_json: Json = False,
) -> None:
    """Dire tout ce qui est détenu sur une personne ou un adhérent, et où (droit d'accès)."""
    from flows.access import held_on
    from flows.access_page import access_page
    from flows.access_text import access_text
    from flows.erasing import contracts
    from transforms.warehouse.files import machine_errors, write_text

    held = held_on(_installation(raw, warehouse, state, also), query)
    if out is not None:
        with machine_errors(out):
            titles = {contract.source: contract.title for contract in contracts()}
            write_text(out.resolve(), access_page(held, titles))
    if as_json:
        print_json(held.model_dump(mode="json"))
    else:
        typer.echo(access_text(held, out))


def erase(
    query: Query,
    yes: Annotated[
        bool, typer.Option("--yes", help="Effacer. Sans cette option, rien n'est changé : tout est montré.")
    ] = False,
    keeps_names: Annotated[
        bool,
        typer.Option(
            "--keep-company-name",
            help="Laisser la raison sociale et l'enseigne, même si elles nomment la personne (entreprise "
            "individuelle qui reste adhérente).",
        ),
    ] = False,
    also: Also = None,
    raw: Raw = None,
    warehouse: Warehouse = None,
    state: State = None,
    as_json: Json = False,
) -> None:
    """Effacer une personne partout, versions et exports compris, et refuser son retour."""
    from flows import erasing
    from flows.erasing_text import erased_text, shown_text

    where = _installation(raw, warehouse, state, also)
    if not yes:
        found, would = erasing.look(where, query, keeps_names=keeps_names)
        content = {**would.model_dump(mode="json", exclude={"receipt"}), "verdict": "shown"}
        return print_json(content) if as_json else typer.echo(shown_text(found, would))
    done = erasing.erase(where, query, keeps_names=keeps_names)
    is_unfinished = bool(done.by_hand or done.held)
    verdict = "erased" if done.receipt else "unfinished" if is_unfinished else "nothing"
    if as_json:
        print_json({**done.model_dump(mode="json"), "verdict": verdict})
    else:
        typer.echo(erased_text(done))
    if is_unfinished:
        raise typer.Exit(InputError.exit_code if done.by_hand else LockError.exit_code)
    return None


def _installation(
    raw: Path | None, warehouse: Path | None, state: Path | None, also: list[Path] | None
) -> "Installation":
    from flows.erasing import Installation

    chosen = settings()
    for path in also or ():
        if not path.exists():
            raise InputError(
                "Ce chemin n'existe pas.",
                found=str(path),
                expected="un fichier ou un dossier",
                next_step="corriger --also",
            )
    return Installation(
        raw=(raw or chosen.raw).resolve(),
        warehouse=(warehouse or chosen.warehouse).resolve(),
        state=(state or chosen.state).resolve(),
        prefect_home=chosen.prefect_home.resolve(),
        also=tuple(path.resolve() for path in also or ()),
    )
