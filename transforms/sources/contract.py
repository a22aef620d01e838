"""The contract of a source: what its YAML file may say, checked when it is read."""

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from transforms import reference
from transforms.errors import InputError, Where

FOLDER = Path(__file__).parent
ColumnType = Literal[
    "text", "code", "phone", "email", "url", "headcount", "amount", "date", "person", "category"
]
# A name that is safe as a folder, as a column of the published tables, and on a command line.
Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ContractColumn(_Strict):
    """One column of the export: its field, the headers it is known by, how its values are written."""

    field: str
    header: str = Field(min_length=1)
    synonyms: tuple[str, ...] = ()
    type: ColumnType
    unit: Literal["€", "k€", "M€"] | None = None
    format: str | None = None
    key: bool = False
    required: bool = False

    @field_validator("field")
    @classmethod
    def _known_field(cls, field: str) -> str:
        known = reference.load("fields")
        if field not in known:
            raise ValueError(f"champ inconnu « {field} » ; champs possibles : {', '.join(known)}")
        return field

    @property
    def headers(self) -> tuple[str, ...]:
        """The header and its synonyms."""
        return (self.header, *self.synonyms)


class ActiveWhen(_Strict):
    """Which values of a field say that the member is still one."""

    field: str
    values: tuple[str, ...] = Field(min_length=1)


class ExportDate(_Strict):
    """Where the export tells its date, for exports that the usual search would misread.

    `labels` are the words before the date in the title rows; `in_name` is the date's strptime format in the
    file's name.
    """

    labels: tuple[str, ...] = ()
    in_name: str | None = None


class Contract(_Strict):
    """What a source promises about its export; docs/ajouter-une-source.md explains every key."""

    source: Slug
    title: str = Field(min_length=1)
    founder: bool = False
    priority: int = Field(ge=1)
    folder: str = Field(min_length=1)
    files: tuple[str, ...] = Field(min_length=1)
    format: Literal["csv", "excel"]
    sheet: str | None = None
    active: Literal["all"] | ActiveWhen = "all"
    closed_on: date | None = None
    no_duplicates: bool = False
    export_date: ExportDate = ExportDate()
    columns: tuple[ContractColumn, ...] = Field(min_length=1)

    @field_validator("files", mode="before")
    @classmethod
    def _one_or_many(cls, files: object) -> object:
        return (files,) if isinstance(files, str) else files

    @field_validator("folder")
    @classmethod
    def _stays_inside(cls, folder: str) -> str:
        path = Path(folder)
        if path.is_absolute() or ".." in path.parts:
            raise ValueError("le dossier doit rester dans le dossier des exports")
        return folder

    @model_validator(mode="after")
    def _columns_fit_together(self) -> Self:
        fields = [column.field for column in self.columns]
        twice = [field for field, count in Counter(fields).items() if count > 1]
        if twice:
            raise ValueError(f"champ déclaré deux fois : {', '.join(twice)}")
        keys = [column.field for column in self.columns if column.key]
        if len(keys) != 1:
            raise ValueError(
                f"il faut une colonne « key: true » et une seule ; trouvé : {', '.join(keys) or 'aucune'}"
            )
        if reference.load("fields")[keys[0]]["personal"]:
            raise ValueError(f"le champ « {keys[0]} » est personnel : il ne peut pas servir de clé")
        if "name" not in fields:
            raise ValueError("il faut une colonne pour le champ « name » (la raison sociale)")
        if isinstance(self.active, ActiveWhen) and self.active.field not in fields:
            raise ValueError(
                f"« active » cite le champ « {self.active.field} », qui n'a pas de colonne ; "
                f"champs déclarés : {', '.join(fields)}"
            )
        return self

    @property
    def key_field(self) -> str:
        """The field whose value tells a member apart from all others of the source."""
        return next(column.field for column in self.columns if column.key)

    def is_needed(self, column: ContractColumn) -> bool:
        """Whether the file is refused without this column: declared so, the key, or the name."""
        return column.required or column.key or column.field == "name"

    def closed(self, today: date) -> bool:
        """Whether the source has come to its end."""
        return self.closed_on is not None and self.closed_on <= today


def load_contract(path: Path) -> Contract:
    """Read one contract.

    Raises:
        InputError: the file cannot be read, is not YAML, or says something that a contract cannot say.
    """
    where = Where(file=path.name)
    try:
        said = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(
            "Ce contrat de source est illisible.",
            where=where,
            found=" ".join(str(error).split()),
            expected="un fichier YAML en UTF-8",
            next_step="corriger le fichier ; docs/ajouter-une-source.md en montre un complet",
        ) from error
    try:
        return Contract.model_validate(said)
    except ValidationError as error:
        raise InputError(
            "Ce contrat de source n'est pas valable.",
            where=where,
            found=" · ".join(_in_french(problem) for problem in error.errors()),
            expected="les clés et les valeurs que docs/ajouter-une-source.md explique",
            next_step="corriger les clés citées",
        ) from error


def load_contracts(folder: Path = FOLDER) -> tuple[Contract, ...]:
    """All contracts (`*.yml`) of `folder`, by priority, then name.

    Raises:
        InputError: there is none, one is not valid, or two share their name or folder.
    """
    contracts = [load_contract(path) for path in sorted(folder.glob("*.yml"))]
    if not contracts:
        raise InputError(
            "Aucun contrat de source.",
            where=Where(file=str(folder)),
            expected="au moins un fichier .yml",
            next_step="voir docs/ajouter-une-source.md",
        )
    for what in ("source", "folder"):
        names = Counter(getattr(contract, what) for contract in contracts)
        twice = [name for name, count in names.items() if count > 1]
        if twice:
            raise InputError(
                "Deux contrats se disputent la même source.",
                where=Where(file=str(folder)),
                found=f"« {what}: {twice[0]} » deux fois",
                expected=f"une valeur de « {what} » par contrat",
                next_step="renommer l'une des deux",
            )
    return tuple(sorted(contracts, key=lambda contract: (contract.priority, contract.source)))


_PROBLEMS = {
    "missing": "clé absente",
    "extra_forbidden": "clé inconnue",
    "literal_error": "valeurs possibles : {expected}",
    "string_pattern_mismatch": "minuscules sans accent, chiffres et « _ » seulement, une lettre d'abord",
    "bool_parsing": "valeurs possibles : true, false",
    "bool_type": "valeurs possibles : true, false",
    "int_parsing": "un nombre entier est attendu",
    "int_type": "un nombre entier est attendu",
    "string_type": "un texte est attendu",
    "tuple_type": "une liste est attendue",
    "too_short": "il en faut au moins un",
    "greater_than_equal": "au moins {ge}",
}


def _in_french(problem: object) -> str:
    """One problem of pydantic: the key it is about, what was found, what may stand there."""
    assert isinstance(problem, dict)
    key = ".".join(
        str(part + 1) if isinstance(part, int) else str(part)
        for part in problem["loc"]
        if part not in ("ActiveWhen", "literal['all']")
    )
    context = problem.get("ctx", {})
    template = _PROBLEMS.get(problem["type"])
    if template is not None:
        text = template.format(**{"expected": "", "ge": "", **context}).replace(" or ", ", ")
    else:
        text = str(problem["msg"]).removeprefix("Value error, ")
    found = problem["input"]
    shown = f" (trouvé : « {found} »)" if isinstance(found, str | int | float) else ""
    return f"{key or 'contrat'} : {text}{shown}"
