"""`alliage decide`: the queue, decisions one by one or by the file, and taking one back."""

from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from flows.options import END, Json, State, Warehouse, print_json
from flows.settings import settings
from transforms.errors import InputError


def decide(
    verdict: Annotated[
        str | None,
        typer.Argument(
            metavar="VERDICT", help="same (même entreprise), different (entreprises différentes) ou unsure."
        ),
    ] = None,
    left: Annotated[str | None, typer.Argument(metavar="GAUCHE", help=END)] = None,
    right: Annotated[str | None, typer.Argument(metavar="DROITE", help=END)] = None,
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
    pair = [part for part in (verdict, left, right) if part is not None]
    _require_one_way(len(pair), file, revoke, show, queue)
    _require_queue(queue, out)
    published, kept = warehouse or settings().warehouse, state or settings().state
    by = {"steward": steward, "reason": reason, "warehouse": published, "state": kept}
    if queue:
        _show_queue(published, kept, out, as_json)
    elif show:
        _show_decisions(published, kept, as_json)
    elif revoke is not None:
        _take_back(revoke, by | {"steward": require_steward(steward)}, as_json)
    elif file is not None:
        record_said(file, by | {"force": force}, as_json)
    else:
        record_said(pair, by | {"steward": require_steward(steward), "force": force}, as_json)


def record_said(said: Path | list[str], by: dict[str, Any], as_json: bool) -> NoReturn:
    """Record one decision or a file of them, tell it, and end with the exit code of what was refused."""
    from flows import decide as deciding
    from flows.decide_text import decided_text

    decided = deciding.decide_file(said, **by) if isinstance(said, Path) else deciding.decide(*said, **by)
    if as_json:
        print_json(decided.model_dump(mode="json"))
    else:
        typer.echo(decided_text(decided))
    raise typer.Exit(decided.exit_code)


def _take_back(decision_id: str, by: dict[str, Any], as_json: bool) -> None:
    from flows.decide import take_back
    from flows.decide_text import revoked_text

    taken = take_back(decision_id, **by)
    if as_json:
        print_json(taken.model_dump(mode="json"))
    else:
        typer.echo(revoked_text(taken))


def _show_queue(warehouse: Path, state: Path, out: Path | None, as_json: bool) -> None:
    from flows.queue import queue_text, read_queue
    from flows.queue_file import write_queue

    queue = read_queue(warehouse, state)
    if out is not None:
        queue = queue.model_copy(update={"file": write_queue(queue, out)})
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


def require_steward(steward: str | None) -> str:
    """The pseudonym that was given.

    Raises:
        InputError: none was.
    """
    if steward is None:
        raise InputError(
            "Qui décide ?",
            found="aucun pseudonyme",
            expected="--steward suivi d'un pseudonyme, par exemple st-1",
            next_step="ajouter cette option",
        )
    return steward


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
