"""`alliage serve`."""

import typer


def serve() -> None:
    """Ouvrir l'interface web : les lancements, leurs comptes rendus et la fusion de nuit, jusqu'à Ctrl-C."""
    from flows.serving.checks import check_settings
    from flows.serving.service import Service

    check_settings()
    Service(tell=lambda line: typer.echo(line, err=True)).run()
