"""The tables that `alliage match` is given, their columns found by header whichever table spells them how."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from transforms.errors import InputError, Where
from transforms.matching.content_order import Hashes, content_hashes
from transforms.matching.records import Codes, kept_once
from transforms.matching.spec import Header, MatchingSpec
from transforms.sources.table_file import read_table
from transforms.standardise.readers import READERS
from transforms.text import fold
from transforms.wording import number, plural

_SHOWN = 5
_SIGNS = re.compile(r"[^A-Z0-9]+")
# Headers, folded, of columns that say what a record is called.
_NAME = re.compile(
    r"(?<![A-Z])(?<!FIRST.)(NOM|NAME|RAISON SOCIALE|DENOMINATION|ENTREPRISE|SOCIETE|COMPANY|ORGANISATION"
    r"|STRUCTURE|ENSEIGNE|TITRE|TITLE|LIBELLE|INTITULE)(?![A-Z])"
)
# Columns that a reader adds to its own.
_ENDINGS = {"email": ("domain",), "company_name": ("form", "family")}


@dataclass(frozen=True)
class Tables:
    """Tables by name, and in French what was left aside when they were read.

    Headers that differ in capitals, accents, spaces and signs alone are one: that of the first table.
    """

    frames: dict[str, pd.DataFrame]
    remarks: tuple[str, ...] = ()

    @cached_property
    def table(self) -> pd.Series:
        """The name of the table of each record."""
        parts = [pd.Series(name, index=frame.index, dtype="str") for name, frame in self.frames.items()]
        return pd.concat(parts, ignore_index=True)

    @cached_property
    def content(self) -> Hashes:
        """A number for each record, the same for those whose cells are all equal."""
        return content_hashes(map(self.column, sorted(self.headers)), len(self.table))

    @property
    def headers(self) -> list[str]:
        """All headers, each once."""
        return list(dict.fromkeys(name for frame in self.frames.values() for name in frame.columns))

    def whole(self) -> pd.DataFrame:
        """All records with all columns, missing where their table lacks one."""
        return pd.concat(self.frames.values(), ignore_index=True)

    def found(self, header: Header) -> dict[str, str]:
        """By table the column that `header` means: the first of several that it has."""
        wanted = (header,) if isinstance(header, str) else header
        columns = {name: _found(wanted, list(frame.columns)) for name, frame in self.frames.items()}
        return {name: column for name, column in columns.items() if column is not None}

    def column(self, header: Header) -> pd.Series:
        """That column of all records, missing where their table lacks it."""
        found = self.found(header)
        parts = [
            frame[found[name]] if name in found else pd.Series(None, index=frame.index, dtype="str")
            for name, frame in self.frames.items()
        ]
        return pd.concat(parts, ignore_index=True).astype("str")

    def where(self, record: int, header: Header) -> Where:
        """Where a record's cell is, by the header that its own table has."""
        name = str(self.table[record])
        line = int(self.frames[name].index[record - int((self.table != name)[:record].sum())])
        return Where(file=name, line=line, column=self.found(header).get(name, _said(header)))


def read_tables(inputs: Sequence[Path]) -> Tables:
    """Read the inputs; each is named like its file, or by its path where two files are named alike.

    Raises:
        InputError: an input is given twice or cannot be read.
    """
    twice = [path for path, count in Counter(path.resolve() for path in inputs).items() if count > 1]
    if twice:
        raise InputError(
            "Une table est donnée deux fois.",
            where=Where(file=str(twice[0])),
            found=f"{number(len(inputs))} tables, dont celle-ci plusieurs fois",
            expected="chaque table une fois",
            next_step="la retirer : les fiches d'une même table sont déjà comparées entre elles",
        )
    stems = Counter(path.stem for path in inputs)
    read = {str(path) if stems[path.stem] > 1 else path.stem: read_table(path) for path in inputs}
    remarks = [remark for one in read.values() for remark in one.remarks]
    empty = [f"La table « {name} » n'a aucune fiche." for name, one in read.items() if one.frame.empty]
    frames = _same_headers({name: one.frame for name, one in read.items()})
    return Tables(frames, (*remarks, *empty))


def standardise(tables: Tables, spec: MatchingSpec, order: Codes) -> pd.DataFrame:
    """The columns that the spec reads, standardised, and other used columns as they are; each text kept once.

    `order` says which records of the tables stand where.
    """
    read = {}
    for name, column in spec.read_as.items():
        values = tables.column(column.column or name).take(order)
        for suffix, found in READERS[column.read](values).items():
            read[f"{name}_{suffix}" if suffix else name] = kept_once(found)
    as_they_are = (name for name in spec.used_columns if name not in read)
    read |= {name: kept_once(tables.column(name).take(order)) for name in as_they_are}
    columns = {name: values.array for name, values in read.items()}
    return pd.DataFrame(columns, index=pd.RangeIndex(len(order)), copy=False)


def record_names(tables: Tables, spec: MatchingSpec) -> pd.Series | None:
    """What the records are called, of the first compared column whose header says that it holds names."""
    compared = {name for one in spec.comparisons for name in one.used_columns}
    made_of = _made_of(spec)
    wanted = _wanted(spec)
    for name in dict.fromkeys(
        made_of.get(column, column) for column in spec.used_columns if column in compared
    ):
        if _NAME.search(fold(_said(wanted[name]))):
            return tables.column(wanted[name])
    return None


def refuse_unknown_columns(tables: Tables, spec: MatchingSpec, written: Path) -> None:
    """Refuse a spec that names what no table has.

    Raises:
        InputError: naming these columns, and those that there are.
    """
    missing = sorted({_said(header) for header in _wanted(spec).values() if not tables.found(header)})
    if missing:
        raise InputError(
            "La spécification nomme des colonnes qu'aucune table n'a.",
            where=Where(file=str(written), column=missing[0]),
            found=f"colonnes absentes : {', '.join(missing)}",
            expected=f"parmi les colonnes des tables : {', '.join(sorted(tables.headers))}",
            next_step="corriger ces noms dans la spécification (id, source, columns, comparisons, blocking)",
        )


def refuse_strangers(tables: Tables, spec: MatchingSpec) -> None:
    """Refuse tables of which one has no compared column in common with any other.

    Raises:
        InputError: naming the table and its columns.
    """
    wanted, made_of = _wanted(spec), _made_of(spec)
    told = {name: set[str]() for name in tables.frames}
    for one in spec.comparisons:
        for column in one.used_columns:
            for name in tables.found(wanted[made_of.get(column, column)]):
                told[name].add(one.signal)
    for name, signals in told.items():
        others = set().union(*(more for other, more in told.items() if other != name))
        if len(told) > 1 and not signals & others:
            raise InputError(
                "Une table n'a aucune colonne à comparer avec les autres.",
                where=Where(file=name),
                found=" ; ".join(
                    f"colonnes de {one} : {', '.join(frame.columns)}" for one, frame in tables.frames.items()
                ),
                expected="au moins une colonne qui dise la même chose dans deux tables, comme le nom",
                next_step="donner les mêmes en-têtes aux colonnes qui disent la même chose, ou écrire une "
                "spécification qui les réunit, par exemple « nom: {column: [Nom, Raison sociale]} »",
            )


def lacking(tables: Tables, spec: MatchingSpec, *, proposed: bool) -> list[str]:
    """In French the columns that a table lacks: of those of the spec, or of all if the spec is proposed."""
    headers: list[Header] = list(tables.headers) if proposed else list(_wanted(spec).values())
    said = []
    for name in tables.frames if len(tables.frames) > 1 else ():
        missing = dict.fromkeys(_said(header) for header in headers if name not in tables.found(header))
        if missing:
            these = "cette colonne" if len(missing) == 1 else "ces colonnes"
            said.append(f"La table « {name} » n'a pas {these} : {_some(list(missing))}.")
    return said


def _wanted(spec: MatchingSpec) -> dict[str, Header]:
    """The headers that the spec needs, by the names that it gives them."""
    read = {name: column.column or name for name, column in spec.read_as.items()}
    named: dict[str, Header] = {f"\0{key}": key for key in (spec.id, spec.source) if key}
    made = _made_of(spec)
    return {**named, **read, **{name: name for name in spec.used_columns if name not in read | made}}


def _made_of(spec: MatchingSpec) -> dict[str, str]:
    """The columns that a reader adds, and which column it reads."""
    return {
        f"{name}_{ending}": name
        for name, column in spec.columns.items()
        for ending in _ENDINGS.get(column.read, ())
    }


def _some(names: list[str]) -> str:
    more = len(names) - _SHOWN
    shown = ", ".join(f"« {name} »" for name in names[:_SHOWN])
    return shown if more <= 0 else f"{shown} et {plural(more, 'autre', 'autres')}"


def _said(header: Header) -> str:
    return header if isinstance(header, str) else " ou ".join(header)


def _found(wanted: Sequence[str], columns: list[str]) -> str | None:
    """The first of the `wanted` headers that stands among `columns`, however it is spelt there."""
    by_key = _by_key(columns)
    for header in wanted:
        if header in columns:
            return header
        if (alike := by_key.get(_key(header))) is not None:
            return alike
    return None


def _same_headers(frames: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The tables, headers of later ones spelt as in the first that has them."""
    first: dict[str, str] = {}
    renamed = {}
    for name, frame in frames.items():
        by_key = _by_key(list(frame.columns))
        known = {column: first[key] for key, column in by_key.items() if key in first}
        free = {column: to for column, to in known.items() if to not in frame.columns}
        renamed[name] = frame.rename(columns=free)
        first = {key: free.get(column, column) for key, column in by_key.items()} | first
    return renamed


def _by_key(columns: list[str]) -> dict[str, str]:
    """Headers by what other spellings share with them, unless two columns of the table do."""
    keys = Counter(map(_key, columns))
    return {key: column for column in columns if keys[key := _key(column)] == 1}


def _key(header: str) -> str:
    return _SIGNS.sub("", fold(header)) or header
