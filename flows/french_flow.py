"""Flows that people start from a form: named, described, refused and failing in French."""

import inspect
import logging
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, TypeVar, cast

from prefect import Flow, flow
from prefect.states import Failed
from pydantic import Field, ValidationError

from flows.alerts.automations import REFUSED
from flows.form import Form
from flows.settings import settings
from transforms.errors import AlliageError, GateError, InputError
from transforms.moments import minute_text

Parameters = TypeVar("Parameters", bound=Form)
Result = TypeVar("Result")

_PROJECT = Path(__file__).parent.parent


class _InItsOwnWords(logging.Filter):
    """Prefect logs an error in English, with the places that it passed in the program."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass; of an error of ours only what it says itself."""
        if record.exc_info and isinstance(error := record.exc_info[1], AlliageError):
            record.msg, record.args, record.exc_info = failure_text(error), (), None
        return True


for _name in ("prefect.flow_runs", "prefect.task_runs"):
    logging.getLogger(_name).addFilter(_InItsOwnWords())


def french_flow(
    name: str, *, description: str, form: str
) -> Callable[[Callable[[Parameters], Result]], Flow[[Parameters], Result]]:
    """A flow of one form; each of its runs is named after it and the moment, in Paris.

    A run that fails ends in the state Failed whose message is ours, and raises the same error for a caller.
    Parameters are checked here and not by Prefect, whose refusal would be English and repeat what was given.

    Args:
        name: of the flow (French).
        description: what it does (French, Markdown).
        form: the line above the fields of its form (French).
    """

    def make(work: Callable[[Parameters], Result]) -> Flow[[Parameters], Result]:
        (parameter,) = inspect.signature(work, eval_str=True).parameters.values()
        model: type[Parameters] = parameter.annotation

        @wraps(work)
        def run(parameters: Parameters | dict[str, Any]) -> Any:
            try:
                with in_french():
                    return work(_valid(model, parameters))
            except AlliageError as error:
                # A name of its own, for the list of runs and for alerts: the data are refused, nothing broke.
                name = REFUSED if isinstance(error, GateError) else None
                return Failed(name=name, message=failure_text(error), data=error)

        shown = Field(json_schema_extra={"title": form, "description": ""})
        run.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
            [parameter.replace(annotation=Annotated[model, shown])]
        )
        made = flow(
            name=name,
            description=description,
            flow_run_name=lambda: f"{name} du {minute_text(datetime.now(UTC))}",
            validate_parameters=False,
        )(run)
        return cast("Flow[[Parameters], Result]", made)

    return make


@contextmanager
def in_french() -> Iterator[None]:
    """Turn what was never foreseen within the block into an error of ours, without what it says of the data.

    Logs and messages of Prefect are kept; the text of an exception may hold a cell of an export. With
    ALLIAGE_TRACEBACK=1 it is raised as it is.
    """
    try:
        yield
    except AlliageError:
        raise
    except Exception as error:
        if settings().traceback:
            raise
        raise _unexpected(error) from None


def failure_text(error: AlliageError) -> str:
    """What is wrong and what to do on the first line, then where, found and expected."""
    first, *more = str(error).split("\n")
    to_do = f" À faire : {error.next_step.removesuffix('.')}." if error.next_step else ""
    rest = [line for line in more if not line.startswith("  À faire :")]
    return "\n".join([f"{first}{to_do}", *rest, *getattr(error, "__notes__", ())])


def _valid(model: type[Parameters], given: Parameters | dict[str, Any]) -> Parameters:
    try:
        return given if isinstance(given, model) else model.model_validate(given)
    except ValidationError as error:
        raise InputError(
            "Un paramètre du formulaire n'est pas valable.",
            found=" ; ".join(_problem(model, problem) for problem in error.errors()),
            next_step="corriger ce paramètre, puis relancer",
        ) from None


def _problem(model: type[Form], problem: Any) -> str:
    """The title of the field and what is wrong with it, without what was given."""
    place = [str(part) for part in problem["loc"]]
    field = model.model_fields.get(place[0]) if place else None
    title = (field.title if field else None) or ".".join(place)
    context = problem.get("ctx", {})
    bounds = {"ge": "au moins", "gt": "plus de", "le": "au plus", "lt": "moins de", "expected": "un de :"}
    told = [f"{word} {context[name]}".replace(".", ",") for name, word in bounds.items() if name in context]
    if problem["type"] == "value_error":
        told = [problem["msg"].removeprefix("Value error, ")]
    elif problem["type"] == "missing":
        told = ["à remplir"]
    elif problem["type"] == "extra_forbidden":
        told = ["ce paramètre n'existe pas"]
    said = ", ".join(told) or "valeur d'une autre forme"
    return f"{title} : {said}" if title else said


def _unexpected(error: Exception) -> AlliageError:
    return AlliageError(
        "Erreur inattendue : c'est une faute du programme, non de vos fichiers.",
        found=f"{type(error).__name__}, {_place(error)}",
        next_step="transmettre ce message aux mainteneurs ; avec ALLIAGE_TRACEBACK=1, alliage run montre le "
        "détail",
    )


def _place(error: Exception) -> str:
    """The last line of ours that the error passed."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [one for one in frames if _is_ours(Path(one.filename))]
    last = (ours or list(frames))[-1]
    return f"{Path(last.filename).name}, ligne {last.lineno}"


def _is_ours(file: Path) -> bool:
    return any(file.is_relative_to(_PROJECT / folder) for folder in ("flows", "transforms", "expectations"))
