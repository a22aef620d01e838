"""`alliage serve` and `alliage alerts`."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from flows.settings import settings
from transforms.errors import InputError, LockError, MachineError
from transforms.report import Remark


def serve() -> None:
    """Ouvrir l'interface web : les lancements, leurs comptes rendus et la fusion de nuit, jusqu'à Ctrl-C."""
    from flows.erasing import complete_at_start
    from flows.serving.checks import check_settings
    from flows.serving.service import Service

    check_settings()
    for remark in _completed(complete_at_start):
        typer.echo(remark.text, err=True)
    Service(tell=lambda line: typer.echo(line, err=True)).run()


def alerts(
    set_up: Annotated[
        bool, typer.Option("--set-up", help="Poser les alertes avec les réglages ALLIAGE_ALERT_….")
    ] = False,
    test: Annotated[bool, typer.Option("--test", help="Envoyer un message d'essai.")] = False,
    remove: Annotated[bool, typer.Option("--remove", help="Retirer les alertes.")] = False,
) -> None:
    """Montrer, poser, essayer ou retirer les alertes du service : échec, refus, export inchangé, silence."""
    from flows.serving.surroundings import surroundings

    if remove and (set_up or test):
        raise InputError(
            "--remove ne va avec aucune autre option : rien n'est fait.",
            next_step="choisir l'une ou l'autre ; voir alliage alerts --help",
        )
    # Prefect reads its settings when it is imported.
    os.environ.update(surroundings())
    from flows.alerts import installing, status
    from flows.alerts.channels import channels
    from flows.serving.api import Api

    ways = channels(settings())
    if set_up and ways is None:
        raise InputError(
            "Aucun réglage ne dit où envoyer les alertes : rien n'est posé.",
            expected="ALLIAGE_ALERT_EMAIL et ALLIAGE_ALERT_SMTP, ALLIAGE_ALERT_SLACK, ALLIAGE_ALERT_TEAMS ou "
            "ALLIAGE_ALERT_WEBHOOK",
            next_step="en donner un, puis relancer ; voir docs/exploitation.md",
        )
    api = Api()
    if not api.is_up():
        raise MachineError(
            "Le service ne répond pas : les alertes vivent dans le serveur de l'interface web.",
            found="aucune réponse à l'adresse des réglages ALLIAGE_HOST et ALLIAGE_PORT",
            next_step="lancer make serve, qui pose les alertes, ou donner ALLIAGE_PASSWORD s'il en a un",
        )
    if remove:
        found = installing.remove(api)
        told = (
            "Les alertes sont retirées. Un service qui a encore un réglage ALLIAGE_ALERT_… les pose de "
            "nouveau quand il démarre."
        )
        typer.echo(told if found else "Il n'y avait pas d'alertes.")
        return
    if set_up:
        installing.put(api, ways)
    typer.echo(status.shown(api))
    if test:
        typer.echo(status.try_out(api))


def _completed(complete: Callable[[Path, Path], tuple[Remark, ...]]) -> tuple[Remark, ...]:
    """What became of an erasure that was interrupted; a run that is going on goes on with it itself."""
    try:
        return complete(settings().warehouse.resolve(), settings().state.resolve())
    except LockError:
        return ()
