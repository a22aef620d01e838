"""What nobody has foreseen: told to the reader as a page, and to the log by its type and place alone.

The message of an error may repeat what an export holds, which belongs neither on a page nor into a log.
"""

import sys
import traceback
from pathlib import Path

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from review.refusing import alone
from transforms.errors import AlliageError

_OURS = Path(__file__).parents[1]


class Composed:
    """Answers with a page where the application fails."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on; of a failure after the answer has begun only the log hears."""
        begun = False

        async def noting_send(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, noting_send)
        except Exception as error:
            sys.stderr.write(f"{type(error).__name__} : {_place(error)}\n")
            if not begun and scope["type"] == "http":
                answer = alone(Request(scope, receive), _told(error), 500)
                await answer(scope, receive, send)


def _told(error: Exception) -> AlliageError:
    return AlliageError(
        "Erreur inattendue : c'est une faute du programme.",
        found=f"{type(error).__name__} : {_place(error)}",
        next_step="voir sur « Décisions » si le geste est enregistré, puis recommencer ; si elle revient, "
        "transmettre ces mots à l'exploitant",
    )


def _place(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    ours = [one for one in frames if Path(one.filename).is_relative_to(_OURS) and ".venv" not in one.filename]
    last = (ours or list(frames))[-1]
    return f"{Path(last.filename).name}, ligne {last.lineno}"
