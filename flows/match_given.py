"""What `alliage match` is given: records, standardised and in order, and the spec to match them by."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from flows.match_inputs import (
    Tables,
    lacking,
    read_tables,
    record_names,
    refuse_strangers,
    refuse_unknown_columns,
    standardise,
)
from flows.match_outputs import write_proposed
from transforms.errors import InputError, Where
from transforms.matching.auto import propose
from transforms.matching.dependence import independent
from transforms.matching.records import Codes, Records
from transforms.matching.spec import MatchingSpec, read_spec
from transforms.wording import number, plural

_SHOWN = 5


@dataclass(frozen=True)
class Given:
    """What is matched, and how.

    Records stand in the order of their sources and ids, or of a hash of their cells if the spec names no id:
    equal pairs are settled by the order of their records, and that of the lines is chance.

    Args:
        spec: given, or proposed.
        written: the file that holds it.
        records: the standardised columns.
        source: of each record.
        ids: its id, or number.
        place: for each line of the inputs the position of its record.
        names: what a record is called, by position, missing where nothing says it; None if no column does.
        shown: the positions of the records in the order in which people are shown them: by id, or line.
        remarks: in French.
        seconds: by step.
    """

    spec: MatchingSpec
    written: Path
    records: Records
    source: pd.Series
    ids: pd.Series
    names: pd.Series | None
    place: Codes
    shown: Codes
    remarks: tuple[str, ...]
    seconds: dict[str, float]


def read_given(inputs: Sequence[Path], out: Path, spec_file: Path | None, *, named: bool = False) -> Given:
    """Read the inputs and how they are to be matched; the texts as they were read are let go at the end.

    Args:
        inputs: CSV, Parquet or Excel files.
        out: the output; a proposed spec is written beside it.
        spec_file: the matching spec; None: one is proposed.
        named: whether names of records are wanted.

    Raises:
        InputError: an input or the spec cannot be read, columns are missing, tables have nothing in common,
            or an id stands twice.
        MachineError: the system refuses to write the proposed spec.
    """
    began = perf_counter()
    spec = None if spec_file is None else read_spec(spec_file)
    tables = read_tables(inputs)
    if spec is None or spec_file is None:
        spec = _proposed(tables)
    else:
        refuse_unknown_columns(tables, spec, spec_file)
    refuse_strangers(tables, spec)
    remarks = (*tables.remarks, *lacking(tables, spec, proposed=spec_file is None))
    read = perf_counter() - began
    source = _sources(tables, spec, spec_file)
    ids = _ids(tables, spec, source)
    order = _in_order(source, pd.Series(tables.content) if spec.id is None else ids)
    began = perf_counter()
    records = Records(standardise(tables, spec, order))
    seconds = {"read": read, "standardise": perf_counter() - began}
    if spec_file is None:
        spec = independent(spec, records)
        spec_file, told = write_proposed(spec, out)
        remarks += told
    names = record_names(tables, spec) if named else None
    if names is not None:
        names = names.take(order).reset_index(drop=True)
    source, ids = (values.take(order).reset_index(drop=True) for values in (source, ids))
    place = np.argsort(order)
    shown = place if spec.id is None else np.arange(len(order))
    return Given(spec, spec_file, records, source, ids, names, place, shown, remarks, seconds)


def _proposed(tables: Tables) -> MatchingSpec:
    """A spec for the tables, whose samples are the same in whatever order their records stand."""
    order = np.argsort(tables.content, kind="stable")
    whole, source = tables.whole().take(order), tables.table.take(order)
    return propose(whole.reset_index(drop=True), source.reset_index(drop=True))


def _in_order(source: pd.Series, key: pd.Series) -> Codes:
    """Positions of the records by source and `key`, equal ones as they stand."""
    table = pa.table({"source": pa.array(source), "key": pa.array(key)})
    by = [("source", "ascending"), ("key", "ascending")]
    return np.asarray(pc.sort_indices(table, sort_keys=by), dtype=np.int64)


def _sources(tables: Tables, spec: MatchingSpec, written: Path | None) -> pd.Series:
    source = tables.column(spec.source) if spec.source else tables.table
    if spec.source and source.isna().any():
        raise InputError(
            "Une fiche n'a pas de source.",
            where=tables.where(int(source.isna().argmax()), spec.source),
            found=plural(int(source.isna().sum()), "cellule vide", "cellules vides"),
            expected="une source par fiche",
            next_step="compléter la colonne, ou retirer la clé source : chaque table sera une source",
        )
    promised = () if isinstance(spec.no_duplicates, str) else spec.no_duplicates
    if unknown := sorted(set(promised) - set(source)):
        raise InputError(
            "La spécification nomme des sources qui ne sont pas là.",
            where=Where(file=str(written)) if written else None,
            found=f"no_duplicates : {', '.join(unknown)}",
            expected=f"parmi : {', '.join(sorted(source.unique()))}",
            next_step="corriger la clé no_duplicates",
        )
    return source


def _ids(tables: Tables, spec: MatchingSpec, source: pd.Series) -> pd.Series:
    if spec.id is None:
        return source.groupby(source, sort=False).cumcount().astype("str")
    ids = tables.column(spec.id)
    if ids.isna().any():
        where = tables.where(int(ids.isna().argmax()), spec.id)
        raise InputError(
            "Une fiche n'a pas d'identifiant.",
            where=where,
            found="cellule vide" if where.file in tables.found(spec.id) else "aucune colonne de ce nom",
            expected="un identifiant par fiche",
            next_step="compléter la colonne, ou retirer la clé id : les fiches seront numérotées",
        )
    twice = pd.DataFrame({"source": source, "id": ids}).duplicated(keep=False)
    if twice.any():
        shown = ", ".join(str(one) for one in ids[twice].unique()[:_SHOWN])
        raise InputError(
            "Des identifiants désignent plusieurs fiches d'une même source.",
            where=tables.where(int(twice.argmax()), spec.id),
            found=f"{number(int(twice.sum()))} fiches, par exemple : {shown}",
            expected="un identifiant différent par fiche",
            next_step="corriger ces lignes, ou retirer la clé id : les fiches seront numérotées",
        )
    return ids
