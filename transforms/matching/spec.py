"""The matching spec: what is compared, how, and from where on two records are the same."""

from collections import Counter
from pathlib import Path
from typing import Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from transforms.errors import InputError, Where
from transforms.matching.blocking import Blocking
from transforms.matching.comparisons import AnyComparison

Read = Literal[
    "text", "address", "company_name", "code", "digits", "number", "date", "phone", "email", "url", "siren"
]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ReadColumn(_Strict):
    """A column of the input and how it is read.

    Args:
        column: its name in the input; by default the name that it has in the spec.
        read: the kind of value; docs/matching.md lists the kinds and the columns that each gives.
    """

    column: str | None = None
    read: Read = "text"


class Thresholds(_Strict):
    """Where the zones begin, and from where on a group is too large to be believed unseen."""

    match_from: float = Field(0.5, gt=0, lt=1, description="probability from which a pair is a match")
    review_from: float = Field(0.1, gt=0, lt=1, description="probability from which a person should judge")
    # Longer chains of matches are not compared pair by pair: nothing then vouches for the group as a whole.
    largest_group: int = Field(60, ge=2, description="records beyond which a person should look at a group")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.review_from > self.match_from:
            raise ValueError("review_from dépasse match_from")
        return self


class MatchingSpec(_Strict):
    """How one kind of records is matched; docs/matching.md explains every key.

    Args:
        id: the column that names a record; by default records are numbered.
        source: the column that names a record's source; by default each input is one.
        no_duplicates: sources that hold nothing twice, or `all`; `find_out` asks the data.
        columns: how the input is read; by default it is standardised already.
        identifiers: columns of which two different values never meet in one group.
        blocking: how candidate pairs are found.
        comparisons: the signals.
        prior: log-odds in bits of a pair before it is looked at; learned if the weights are.
        thresholds: where the zones begin.
    """

    id: str | None = None
    source: str | None = None
    no_duplicates: tuple[str, ...] | Literal["all", "find_out"] = ()
    columns: dict[str, ReadColumn] = {}
    identifiers: tuple[str, ...] = ()
    blocking: Blocking
    comparisons: tuple[AnyComparison, ...] = Field(min_length=1)
    prior: float | None = None
    thresholds: Thresholds = Thresholds()

    @model_validator(mode="after")
    def _signals_once(self) -> Self:
        twice = [name for name, count in Counter(one.signal for one in self.comparisons).items() if count > 1]
        if twice:
            raise ValueError(f"signal donné deux fois : {', '.join(twice)}")
        return self

    @model_validator(mode="after")
    def _numbers_are_read_as_such(self) -> Self:
        numbers = {name for name, column in self.columns.items() if column.read == "number"}
        for one in self.comparisons:
            wanted = set(one.used_columns) if one.kind == "number" else set()
            if self.columns and wanted - numbers:
                raise ValueError(f"signal « {one.signal} » : la colonne doit être lue par read: number")
            if one.kind != "number" and numbers & set(one.used_columns):
                raise ValueError(f"signal « {one.signal} » : une colonne de nombres demande kind: number")
        parts = [part for rule in self.blocking.rules for part in rule.keys]
        if keys := numbers & {name for part in parts for name in part.columns}:
            raise ValueError(
                f"blocking : une colonne de nombres n'est pas une clé ({', '.join(sorted(keys))})"
            )
        return self

    @model_validator(mode="after")
    def _all_or_none_weighed(self) -> Self:
        weighed = {one.weights is not None for one in self.comparisons} | {self.prior is not None}
        if len(weighed) > 1:
            raise ValueError("prior et weights : à donner pour toutes les comparaisons, ou pour aucune")
        return self

    @property
    def is_learned(self) -> bool:
        """Whether weights come from the data at hand."""
        return self.prior is None

    @property
    def used_columns(self) -> tuple[str, ...]:
        """The standardised columns that matching reads, each once."""
        compared = [name for one in self.comparisons for name in one.used_columns]
        keys = [name for rule in self.blocking.rules for part in rule.keys for name in part.columns]
        alike = [self.blocking.alike_texts.column] if self.blocking.alike_texts else []
        return tuple(dict.fromkeys([*self.identifiers, *compared, *keys, *alike]))


def read_spec(path: Path) -> MatchingSpec:
    """Read a matching spec from YAML.

    Raises:
        InputError: no such file, no YAML, or a key that is not known: which, and what may stand there.
    """
    where = Where(file=str(path))
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            "La spécification de rapprochement ne se lit pas.", where=where, found=str(error),
            expected="un fichier YAML en UTF-8", next_step="Vérifier le chemin et les droits du fichier.",
        ) from error  # fmt: skip
    except yaml.YAMLError as error:
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        raise InputError(
            "La spécification de rapprochement n'est pas du YAML valide.",
            where=Where(file=str(path), line=None if line is None else line + 1),
            found=str(getattr(error, "problem", error)),
            expected="clés et valeurs séparées par « : », listes en retrait",
            next_step="Corriger cette ligne.",
        ) from error  # fmt: skip
    try:
        return MatchingSpec.model_validate(content)
    except ValidationError as error:
        raise InputError(
            "La spécification de rapprochement ne convient pas.", where=where,
            found="\n".join(_told(problem) for problem in _innermost(error)),
            expected="les clés que décrit docs/matching.md",
            next_step="Corriger ces clés, puis relancer.",
        ) from error  # fmt: skip


def _innermost(error: ValidationError) -> list[Any]:
    """The errors of pydantic, without those of lists that are too short because of errors within them."""
    problems = error.errors()
    within = {problem["loc"][:depth] for problem in problems for depth in range(len(problem["loc"]))}
    return [problem for problem in problems if problem["loc"] not in within]


def _told(problem: Any) -> str:
    """One error of pydantic as « key: what may stand there »."""
    key = ".".join(str(part) for part in problem["loc"]) or "(racine)"
    context = problem.get("ctx", {})
    said = {
        "extra_forbidden": "clé inconnue",
        "missing": "clé obligatoire absente",
        "literal_error": f"valeur possible : {context.get('expected', '')}".replace(" or ", " ou "),
        "union_tag_invalid": f"kind possible : {context.get('expected_tags', '')}",
        "union_tag_not_found": "kind manque",
        "value_error": str(context.get("error", problem["msg"])),
        "greater_than": f"un nombre supérieur à {context.get('gt')}",
        "greater_than_equal": f"un nombre d'au moins {context.get('ge')}",
        "less_than": f"un nombre inférieur à {context.get('lt')}",
        "less_than_equal": f"un nombre d'au plus {context.get('le')}",
        "string_pattern_mismatch": "un nom en minuscules sans accent, chiffres et _ : nom_2",
        "too_short": f"au moins {context.get('min_length')} élément(s)",
        "too_long": f"au plus {context.get('max_length')} élément(s)",
        "string_type": "un texte",
        **dict.fromkeys(("bool_type", "bool_parsing"), "true ou false"),
        **dict.fromkeys(("float_type", "float_parsing"), "un nombre"),
        **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), "un nombre entier"),
        **dict.fromkeys(("tuple_type", "list_type"), "une liste"),
        **dict.fromkeys(("model_type", "dict_type", "model_attributes_type"), "des clés et leurs valeurs"),
    }.get(problem["type"], problem["msg"])
    return f"{key} : {said} (trouvé : {_short(problem.get('input'))})"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


def write_spec(spec: MatchingSpec, path: Path) -> None:
    """Write a spec as YAML, defaults left out, for people to edit."""
    content = spec.model_dump(mode="json", exclude_defaults=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=120), encoding="utf-8")
