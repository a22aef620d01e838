"""Decisions of stewards, one by a form or many by a file, as a flow."""

from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from flows import progress as told
from flows.belonging import require_own_state
from flows.decide import Decided, decide, decide_file
from flows.decide_text import decided_text
from flows.dropped_decisions import FOLDER, Dropped, remarks, remember, take_dropped
from flows.form import Form
from flows.french_flow import french_flow
from flows.markdown import blocks, bullets, inert, title
from flows.places import RAW, STATE, WAREHOUSE
from flows.verify_export import found_file
from transforms.errors import InputError
from transforms.stewards.words import LONGEST_REASON

REPORT = "decisions-rapport"
_END = "Fiche (réseau:numéro, par exemple clustr:CR-0059) ou entreprise (E-…)."
# The server keeps what is typed into a form: no address and no telephone may come as far as that.
_NO_CONTACT: dict[str, Any] = {"pattern": r"^(?!.*\d(?:\D{0,3}\d){8})[^@]*$"}
_PSEUDONYM: dict[str, Any] = {"pattern": r"^[0-9A-Za-zÀ-ÿ][0-9A-Za-zÀ-ÿ_-]{0,31}$"}


Said = Literal["(voir le fichier)", "même entreprise", "entreprises différentes", "ne sait pas"]
_NO_VERDICT: Said = "(voir le fichier)"


class DecisionParameters(Form):
    """A word on one pair, or a file of them; or neither, for the files that were dropped."""

    steward: str = Field(
        title="Pseudonyme de qui décide",
        description="Par exemple st-1 ; il est publié avec la décision : ni nom, ni courriel.",
        min_length=1,
        max_length=32,
        json_schema_extra=_PSEUDONYM,
    )
    verdict: Said = Field(_NO_VERDICT, title="Verdict", description="Sur les deux fiches qui suivent.")
    left: str = Field("", title="Première fiche", description=_END)
    right: str = Field("", title="Seconde fiche", description=_END)
    reason: str = Field(
        "",
        title="Motif",
        description="Sans donnée personnelle : il est publié avec la décision.",
        max_length=LONGEST_REASON,
        json_schema_extra=_NO_CONTACT,
    )
    file: str = Field(
        "",
        title="Ou : fichier de décisions",
        description="Son nom s'il est déposé dans le sous-dossier decisions du dossier des exports "
        "(.xlsx, .csv ou .jsonl) ; alors laisser vides verdict et fiches. Si tout est laissé vide, ce qu'il "
        "y a de nouveau dans ce dossier est pris.",
    )
    force: bool = Field(
        False,
        title="Enregistrer malgré un refus",
        description="Malgré une fiche inconnue ou une contradiction ; à cocher seulement après vérification.",
    )
    raw: Path = RAW
    warehouse: Path = WAREHOUSE
    state: Path = STATE


@french_flow(
    "décisions",
    description="Enregistre une décision sur deux fiches, un fichier de décisions, ou ceux qui sont déposés. "
    "La fusion suivante en tient compte ; rien n'est publié maintenant.",
    form="Décision à enregistrer",
)
def record_decisions(parameters: DecisionParameters) -> Decided | tuple[Dropped, ...]:
    """Record decisions.

    Args:
        parameters: the decision, or the file; neither for the files that were dropped.
    """
    if not (parameters.file or any(_one(parameters))):
        return _dropped(parameters)
    decided = _decided(parameters)
    lines = decided_text(decided).splitlines()
    told.report(REPORT, lambda: _report(lines))
    told.done(lines[0])
    if decided.counts["refused"]:
        raise InputError(
            "Des lignes du fichier sont refusées ; les autres sont enregistrées.",
            found=lines[0],
            next_step="corriger les lignes que nomme le compte rendu et redonner le même fichier : ce qui "
            "est déjà enregistré ne le sera pas deux fois",
        )
    return decided


def _dropped(parameters: DecisionParameters) -> tuple[Dropped, ...]:
    require_own_state(parameters.warehouse, parameters.state)
    found = take_dropped(parameters.raw, parameters.warehouse, parameters.state)
    lines = [remark.text for remark in remarks(found)] or ["Aucun nouveau fichier de décisions n'est déposé."]
    told.report(REPORT, lambda: _report(lines))
    told.done(lines[0])
    if any(one.refused for one in found):
        raise InputError(
            "Des fichiers déposés, ou certaines de leurs lignes, sont refusés ; le reste est enregistré.",
            found=lines[0],
            next_step="corriger ce que nomme le compte rendu ; ce qui est déjà enregistré ne le sera pas "
            "deux fois",
        )
    return found


def _decided(parameters: DecisionParameters) -> Decided:
    one = _one(parameters)
    if bool(parameters.file) == any(one) or any(one) != all(one):
        raise InputError(
            "Il faut une décision, ou un fichier de décisions.",
            found=_found(bool(parameters.file), any(one)),
            expected="le verdict et les deux fiches, ou bien le nom d'un fichier",
            next_step="compléter le formulaire, puis relancer",
        )
    given: dict[str, Any] = {
        **parameters.model_dump(include={"steward", "warehouse", "state", "force"}),
        "reason": parameters.reason or None,
    }
    if parameters.file:
        file = _file(parameters)
        decided = decide_file(file, **given)
        if file.parent == parameters.raw / FOLDER:
            places = {name: given[name] for name in ("steward", "reason", "warehouse", "state")}
            remember(file, decided, **places)
        return decided
    return decide(parameters.verdict, parameters.left, parameters.right, **given)


def _one(parameters: DecisionParameters) -> tuple[bool, bool, bool]:
    return parameters.verdict != _NO_VERDICT, bool(parameters.left), bool(parameters.right)


def _found(file: bool, one: bool) -> str:
    if file and one:
        return "les deux"
    return "une partie d'une décision" if one else "ni l'une ni l'autre"


def _report(lines: list[str]) -> str:
    return blocks(title(inert(lines[0]), 1), bullets(inert(line.strip(" -")) for line in lines[1:]))


def _file(parameters: DecisionParameters) -> Path:
    dropped = parameters.raw / FOLDER / parameters.file
    return dropped if dropped.is_file() else found_file(parameters.raw, parameters.file)
