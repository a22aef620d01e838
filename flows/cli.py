"""`alliage ...`: the same flows from a terminal.

Prefect and the stages take seconds to import, so each command imports what it needs when it runs.
"""

import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from pydantic import ValidationError

from flows import (
    commands_correcting,
    commands_deciding,
    commands_matching,
    commands_personal,
    commands_reading,
    commands_review,
    commands_safety,
    commands_serving,
    interpreter,
    offline,
)
from flows.french import FrenchCommand, FrenchGroup, usage_error
from flows.options import Json, State, Warehouse, print_json
from flows.serving import holders
from flows.serving.places import terminal_lock
from flows.settings import settings
from flows.terminal import Terminal
from transforms.errors import AlliageError, GateError, InputError
from transforms.gates import Gate
from transforms.warehouse import modes

if TYPE_CHECKING:
    from flows.outcome import Outcome

app = typer.Typer(
    cls=FrenchGroup,
    subcommand_metavar="COMMANDE [ARGUMENTS]...",
    help="Alliage : deux listes d'adhérents, une seule liste d'entreprises.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
_VERDICTS = {GateError.exit_code: "refused"}
# What a run that failed had come to, for the object that `--json` prints.
_failed_run: dict[str, Any] = {}


@dataclass(frozen=True)
class _Times:
    """When a run was asked for, when the program was there, when Prefect was called."""

    began: float
    imported: float
    called_at: datetime

    def told_with(self, outcome: "Outcome") -> dict[str, Any]:
        """What a program wants to know of a run, with the seconds outside its stages."""
        seconds = {
            "imports": self.imported - self.began,
            "prefect_start": (outcome.started_at - self.called_at).total_seconds(),
            "total": perf_counter() - self.began,
        }
        return outcome.as_json(seconds)


@app.callback()
def _root() -> None:
    """Alliage : deux listes d'adhérents, une seule liste d'entreprises."""


@app.command(cls=FrenchCommand)
def run(
    raw: Annotated[Path | None, typer.Option(help="Dossier des exports, un sous-dossier par réseau.")] = None,
    warehouse: Warehouse = None,
    state: State = None,
    force: Annotated[
        list[str] | None,
        typer.Option(
            help="Contrôle à lever, après avoir vérifié l'export ; peut être répété. Un de : "
            f"{', '.join(Gate)}.",
            metavar="CONTRÔLE",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Fusionner les exports et publier l'entrepôt, une fois."""
    began = perf_counter()
    gates = [_gate(name) for name in force or ()]
    terminal = Terminal()
    with terminal.doing("Démarrage"):
        offline.prepare(logging_level="CRITICAL")
        holders.share(terminal_lock())
        from expectations import runner
        from flows.merge_members import merge_members
        from flows.outcome import on_failure
        from flows.parameters import MergeParameters
        from flows.progress import teller
        from flows.runs import refuse_early

        runner.load()
        interpreter.settle()
    imported = perf_counter()
    teller.set(lambda: terminal)
    given = {"raw": raw, "warehouse": warehouse, "state": state}
    with _bad_use():
        parameters = MergeParameters.model_validate(
            {"force": gates} | {name: path.resolve() for name, path in given.items() if path is not None}
        )
    refuse_early(parameters)
    times = _Times(began, imported, datetime.now(UTC))
    on_failure.set(lambda outcome: _failed_run.update(times.told_with(outcome)))
    terminal.done("Démarrage de Prefect…")
    outcome = merge_members(parameters)
    if as_json:
        print_json(times.told_with(outcome))
    else:
        from flows.summary import summary

        typer.echo(f"\n{summary(outcome)}")


@app.command(cls=FrenchCommand)
def check(
    file: Annotated[Path, typer.Argument(metavar="EXPORT", help="Export à contrôler.")],
    source: Annotated[
        str | None,
        typer.Option(help="Nom du contrat, par exemple clustr ; sinon celui qui convient le mieux."),
    ] = None,
    whole: Annotated[bool, typer.Option("--all", help="Montrer toutes les cellules à corriger.")] = False,
    as_json: Json = False,
) -> None:
    """Contrôler un export contre son contrat, sans rien écrire ni publier."""
    from flows.check import as_text, check_export

    report = check_export(file, source)
    if as_json:
        print_json(report.model_dump(mode="json"))
    else:
        typer.echo(as_text(report, whole=whole))


@app.command("versions", cls=FrenchCommand)
def list_versions(warehouse: Warehouse = None, as_json: Json = False) -> None:
    """Montrer les versions publiées qui sont conservées, la plus récente d'abord."""
    from flows.versions import kept_versions, versions_json, versions_text

    place = warehouse or settings().warehouse
    found = kept_versions(place)
    if as_json:
        print_json(versions_json(place, found))
    else:
        typer.echo(versions_text(place, found))


@app.command(cls=FrenchCommand)
def restore(
    version: Annotated[
        str,
        typer.Argument(
            metavar="VERSION",
            help="Version à remettre en service : son nom, ou « précédente », « dernière ».",
        ),
    ],
    warehouse: Warehouse = None,
    state: State = None,
    as_json: Json = False,
) -> None:
    """Remettre en service une version conservée ; décisions et identifiants restent ceux d'aujourd'hui."""
    from flows.versions import RestoreParameters, restore_version, restored_text

    given = {"version": version, "warehouse": warehouse, "state": state}
    with _bad_use("restore"):
        parameters = RestoreParameters.model_validate(
            {name: value for name, value in given.items() if value is not None}
        )
    restored = restore_version(parameters)
    if as_json:
        print_json(restored.model_dump(mode="json"))
    else:
        typer.echo(restored_text(restored))


@app.command(cls=FrenchCommand)
def diff(
    old: Annotated[
        str | None,
        typer.Argument(
            metavar="A",
            help="Version de départ, ou fichier d'entrepôt ; sinon celle d'avant la version en service.",
        ),
    ] = None,
    new: Annotated[
        str | None, typer.Argument(metavar="B", help="Version d'arrivée ; sinon celle qui est publiée.")
    ] = None,
    warehouse: Warehouse = None,
    as_json: Json = False,
) -> None:
    """Comparer deux versions : entreprises arrivées, parties, fusionnées, séparées, modifiées."""
    from flows.difference import difference, difference_text

    found = difference(warehouse or settings().warehouse, old or "précédente", new)
    if as_json:
        return print_json(found.model_dump(mode="json"))
    if old is None:
        typer.echo("Sans version nommée : celle d'avant, comparée à celle qui est en service.\n")
    return typer.echo(difference_text(found))


app.command(cls=FrenchCommand)(commands_matching.match)
app.command(cls=FrenchCommand)(commands_deciding.decide)
app.command(cls=FrenchCommand)(commands_correcting.correct)
app.add_typer(commands_review.app, name="review")
app.command(cls=FrenchCommand)(commands_matching.refit)
app.command(cls=FrenchCommand)(commands_matching.explain)
app.command(cls=FrenchCommand)(commands_safety.simulate)
app.command(cls=FrenchCommand)(commands_safety.clean)
app.command(cls=FrenchCommand)(commands_personal.access)
app.command(cls=FrenchCommand)(commands_personal.erase)
app.command(cls=FrenchCommand)(commands_reading.query)
app.command(cls=FrenchCommand)(commands_reading.export)
app.command(cls=FrenchCommand)(commands_reading.report)
app.command(cls=FrenchCommand)(commands_serving.serve)
app.command(cls=FrenchCommand)(commands_serving.alerts)


def main() -> None:
    """Run a command; every error becomes a message in French and an exit code."""
    _failed_run.clear()
    try:
        # What a command writes is its owner's alone, apart from what analysts are to read.
        with modes.owner_only():
            code = app(prog_name="alliage", standalone_mode=False)
    except typer.TyperException as error:
        _misused(error)
    except Exception as error:
        told = error if isinstance(error, AlliageError) else _unexpected(error)
        if told is not error and settings().traceback:
            traceback.print_exception(error)
        _fail(told)
    raise SystemExit(code or 0)


def _misused(error: typer.TyperException) -> NoReturn:
    # `alliage` alone: the help is the message.
    if (context := getattr(error, "ctx", None)) is not None and error.format_message() == context.get_help():
        typer.echo(error.format_message(), err=True)
        raise SystemExit(error.exit_code)
    _fail(usage_error(error))


def program() -> None:
    """`alliage`, a process of its own."""
    interpreter.end_with(main)


def _gate(name: str) -> Gate:
    try:
        return Gate(name)
    except ValueError as error:
        raise InputError(
            "Ce contrôle n'existe pas : rien n'est levé.",
            found=f"--force {name}",
            expected=f"un de ces noms : {', '.join(Gate)}",
            next_step="relancer avec le nom que donne le message du refus ; voir alliage run --help",
        ) from error


@contextmanager
def _bad_use(command: str = "run") -> Iterator[None]:
    try:
        yield
    except ValidationError as error:
        problems = " ; ".join(problem["msg"].removeprefix("Value error, ") for problem in error.errors())
        raise InputError(
            "Un paramètre n'est pas valable.", found=problems, next_step=f"voir alliage {command} --help"
        ) from error


def _unexpected(error: Exception) -> AlliageError:
    told = AlliageError(
        "Erreur inattendue : c'est une faute du programme, non de vos fichiers.",
        found=f"{type(error).__name__} : {error}".partition("\n")[0],
        next_step="relancer avec ALLIAGE_TRACEBACK=1 et transmettre ce qui s'affiche aux mainteneurs",
    )
    for note in getattr(error, "__notes__", ()):
        told.add_note(note)
    return told


def _fail(error: AlliageError) -> NoReturn:
    typer.echo(f"\n{error}", err=True)
    for note in getattr(error, "__notes__", ()):
        typer.echo(f"\n{note}", err=True)
    if "--json" in sys.argv:
        verdict = _VERDICTS.get(error.exit_code, "failed")
        print_json({**_failed_run, "verdict": verdict, "error": error.as_dict()})
    raise SystemExit(error.exit_code)


if __name__ == "__main__":
    program()
