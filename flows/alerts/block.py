"""The notification block of Prefect that carries our alerts; the server imports it to know it."""

import asyncio

from prefect.blocks.abstract import NotificationBlock, NotificationError
from prefect.logging import get_logger
from pydantic import Field, SecretStr

from flows.alerts.automations import BLOCK
from flows.alerts.sealing import unseal
from flows.alerts.sending import send
from transforms.errors import AlliageError

_logger = get_logger("alliage.alerts")


class AlliageAlerts(NotificationBlock):
    """Les alertes d'Alliage : courriel, Slack, Teams ou webhook, selon les réglages ALLIAGE_ALERT.

    À poser et à retirer par la commande « alliage alerts ».
    """

    _block_type_name = "Alertes d'Alliage"
    _block_type_slug = BLOCK[0]

    sealed: SecretStr = Field(
        title="Adresses, scellées",
        description="Posées par « alliage alerts --set-up » ; elles ne se lisent et ne se changent pas ici.",
    )

    async def notify(self, body: str, subject: str | None = None) -> None:
        """Hand a message over; what cannot be delivered is told in the server's log.

        Raises:
            NotificationError: somebody did not get it, and the caller wants to know.
        """
        problems = await asyncio.to_thread(self._problems, subject or "Alliage", body)
        for problem in problems:
            _logger.error("Alerte non remise (%s). %s", subject, problem)
        if problems and self._raise_on_failure:
            raise NotificationError(log=" ; ".join(problems))

    def _problems(self, subject: str, body: str) -> list[str]:
        try:
            return send(unseal(self.sealed.get_secret_value()), subject, body)
        except AlliageError as error:
            return [error.what]
