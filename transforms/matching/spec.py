"""The matching spec: what is compared, how, and from where on two records are the same."""

from collections import Counter
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import BeforeValidator, Field, ValidationError, model_validator

from transforms.errors import InputError, Where
from transforms.matching.blocking import Blocking
from transforms.matching.comparisons import AnyComparison
from transforms.matching.spec_errors import problems, yaml_problem
from transforms.matching.strict import Strict
from transforms.warehouse.files import machine_errors, write_text

Read = Literal[
    "text", "address", "company_name", "code", "digits", "number", "date", "phone", "email", "url", "siren"
]


def _header(given: Any) -> Any:
    listed = given if isinstance(given, list | tuple) else [given]
    if listed and all(isinstance(one, str) for one in listed):
        return given
    raise ValueError("un texte, ou une liste de textes")


# One header, or several that mean the same: the first that an input has is taken.
Header = Annotated[str | tuple[str, ...], BeforeValidator(_header)]


class ReadColumn(Strict):
    """A column of the input and how it is read.

    Args:
        column: its header in the input, or several where inputs differ; by default its name in the spec.
        read: the kind of value; docs/matching.md lists the kinds and the columns that each gives.
    """

    column: Header | None = None
    read: Read = "text"


class Thresholds(Strict):
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


class NeverUnseen(Strict):
    """Pairs that a person judges, however probable: neighbours have all that in common, too.

    Args:
        signal: the signal that must be at one of `levels`.
        levels: its levels.
        unless: signals of which none must speak for one company.
    """

    signal: str
    levels: tuple[str, ...] = Field(min_length=1)
    unless: tuple[str, ...] = Field(min_length=1)


class MatchingSpec(Strict):
    """How one kind of records is matched; docs/matching.md explains every key.

    Args:
        id: the column that names a record, or one an input; by default records are numbered.
        source: the column that names a record's source; by default each input is one.
        no_duplicates: sources that hold nothing twice, or `all`; `find_out` asks the data.
        columns: how the input is read; by default it is standardised already.
        identifiers: columns of which two different values never meet in one group.
        blocking: how candidate pairs are found.
        comparisons: the signals.
        prior: log-odds in bits of a pair before it is looked at; learned if the weights are.
        thresholds: where the zones begin.
        never_unseen: pairs that are not merged without a person.
    """

    id: Header | None = None
    source: Header | None = None
    no_duplicates: tuple[str, ...] | Literal["all", "find_out"] = ()
    columns: dict[str, ReadColumn] = Field(default={})
    identifiers: tuple[str, ...] = ()
    blocking: Blocking
    comparisons: tuple[AnyComparison, ...] = Field(min_length=1)
    prior: float | None = None
    thresholds: Thresholds = Thresholds()
    never_unseen: tuple[NeverUnseen, ...] = ()

    @model_validator(mode="after")
    def _signals_once(self) -> Self:
        twice = [name for name, count in Counter(one.signal for one in self.comparisons).items() if count > 1]
        if twice:
            raise ValueError(f"signal donné deux fois : {', '.join(twice)}")
        return self

    @model_validator(mode="after")
    def _quantities_are_read_as_such(self) -> Self:
        read = {name: column.read for name, column in self.read_as.items()}
        numbers = {name for name, kind in read.items() if kind == "number"}
        for one in self.comparisons:
            used = set(one.used_columns)
            if one.kind == "number" and used - numbers:
                raise ValueError(f"signal « {one.signal} » : la colonne doit être lue par read: number")
            if one.kind == "date" and not {read[name] for name in used} <= {"date", "digits"}:
                raise ValueError(f"signal « {one.signal} » : la colonne doit être lue par read: date")
            if one.kind != "number" and numbers & used:
                raise ValueError(f"signal « {one.signal} » : une colonne de nombres demande kind: number")
        if keys := numbers & set(self.blocking.used_columns):
            raise ValueError(
                f"blocking : une colonne de nombres n'est pas une clé ({', '.join(sorted(keys))})"
            )
        near = {name for one in self.blocking.near_numbers for name in one.within}
        if texts := near - numbers:
            raise ValueError(f"near_numbers : colonnes à lire par read: number ({', '.join(sorted(texts))})")
        return self

    @model_validator(mode="after")
    def _all_or_none_weighed(self) -> Self:
        weighed = {one.weights is not None for one in self.comparisons} | {self.prior is not None}
        if len(weighed) > 1:
            raise ValueError("prior et weights : à donner pour toutes les comparaisons, ou pour aucune")
        return self

    @model_validator(mode="after")
    def _what_is_never_unseen_is_compared(self) -> Self:
        levels = {one.signal: one.levels for one in self.comparisons}
        for one in self.never_unseen:
            if unknown := {one.signal, *one.unless} - set(levels):
                raise ValueError(f"never_unseen : signal inconnu : {', '.join(sorted(unknown))}")
            if wrong := set(one.levels) - set(levels[one.signal]):
                raise ValueError(
                    f"never_unseen : niveau inconnu de « {one.signal} » : {', '.join(sorted(wrong))} ; "
                    f"niveaux possibles : {', '.join(levels[one.signal])}"
                )
        return self

    @property
    def used_columns(self) -> tuple[str, ...]:
        """The standardised columns that matching reads, each once."""
        compared = [name for one in self.comparisons for name in one.used_columns]
        near = [name for one in self.blocking.near_numbers for name in one.within]
        return tuple(dict.fromkeys([*self.identifiers, *compared, *self.blocking.used_columns, *near]))

    @property
    def read_as(self) -> dict[str, ReadColumn]:
        """How the input is read: by `columns`; quantities and days that it does not name, by their kind."""
        by_kind: dict[str, ReadColumn] = {}
        for one in self.comparisons:
            if one.kind in ("number", "date"):
                by_kind |= {name: ReadColumn(read=one.kind) for name in one.used_columns}
        return by_kind | self.columns


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
            "La spécification de rapprochement ne se lit pas.", where=where, found=_unread(error),
            expected="un fichier YAML en UTF-8", next_step="vérifier le chemin et les droits du fichier",
        ) from error  # fmt: skip
    except yaml.YAMLError as error:
        line, found = yaml_problem(error)
        raise InputError(
            "La spécification de rapprochement n'est pas du YAML valide.",
            where=Where(file=str(path), line=line),
            found=found,
            expected="clés et valeurs séparées par « : », listes en retrait",
            next_step="corriger cette ligne",
        ) from error
    try:
        return MatchingSpec.model_validate(content)
    except ValidationError as error:
        raise InputError(
            "La spécification de rapprochement ne convient pas.", where=where,
            found="\n".join(problems(error, content)),
            expected="les clés que décrit docs/rapprocher-deux-listes.md",
            next_step="corriger ces clés, puis relancer",
        ) from error  # fmt: skip


def _unread(error: OSError | UnicodeDecodeError) -> str:
    known = {
        FileNotFoundError: "aucun fichier à cet endroit",
        IsADirectoryError: "un dossier",
        PermissionError: "un fichier que ce compte n'a pas le droit de lire",
        UnicodeDecodeError: "des lettres écrites dans un autre codage",
    }
    return known.get(type(error), str(error))


def write_spec(spec: MatchingSpec, path: Path) -> None:
    """Write a spec as YAML, defaults left out, for people to edit.

    Raises:
        MachineError: the system refuses.
    """
    with machine_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, spec_text(spec))


def spec_text(spec: MatchingSpec) -> str:
    """A spec as YAML, defaults left out."""
    content = spec.model_dump(mode="json", exclude_defaults=True)
    return str(yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=120))
