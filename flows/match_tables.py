"""`alliage match`: any table against itself, or several against each other, by a matching spec."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from transforms.errors import InputError, Where
from transforms.matching.attachments import attachments
from transforms.matching.auto import propose
from transforms.matching.causes import causes, too_large_text
from transforms.matching.dependence import independent
from transforms.matching.link import Linked, link
from transforms.matching.records import Records
from transforms.matching.spec import MatchingSpec, read_spec, write_spec
from transforms.matching.spine import oversized
from transforms.sources.table_file import read_table
from transforms.standardise.readers import READERS
from transforms.warehouse.files import machine_errors
from transforms.wording import number, plural

_SHOWN = 5
_SOURCE = "\0source"
# Columns that a reader adds to its own.
_ENDINGS = {"email": ("domain",), "company_name": ("form", "family")}


@dataclass(frozen=True)
class Matched:
    """What a match has come to: counts for people and programs."""

    records: int
    sources: dict[str, int]
    clusters: int
    pairs: int
    review: int
    no_duplicates: tuple[str, ...]
    remarks: tuple[str, ...]
    spec: str
    out: str
    seconds: dict[str, float]

    def as_dict(self) -> dict[str, Any]:
        """For programs."""
        return asdict(self)

    def as_text(self) -> str:
        """For people."""
        sources = ", ".join(f"{name} ({number(count)})" for name, count in self.sources.items())
        alone = f"Sans doublon interne : {', '.join(self.no_duplicates)}." if self.no_duplicates else ""
        return "\n".join(
            line
            for line in (
                f"{number(self.records)} fiches de {sources}.",
                f"{number(self.clusters)} entités : {self.out}",
                f"{number(self.pairs)} paires comparées, dont {number(self.review)} à juger.",
                alone,
                *self.remarks,
                f"Spécification : {self.spec}",
            )
            if line
        )


def match_tables(
    inputs: Sequence[Path], out: Path, spec_file: Path | None = None, pairs_file: Path | None = None
) -> Matched:
    """Match the records of `inputs`; each is a source unless the spec names a source column.

    Args:
        inputs: CSV or Parquet files.
        out: Parquet to write: `source`, `record_id`, `cluster_id`; `linked_source`, `linked_id`,
            `probability` of the link that attaches the record best, none where it is alone; `reason`, French.
        spec_file: the matching spec; None: one is proposed from the columns, and written beside `out`.
        pairs_file: Parquet to write: the compared pairs with probability, zone, and why a person should look
            at them (`reason`, French).

    Raises:
        InputError: an input or the spec cannot be read, columns are missing, or an id stands twice.
    """
    began = perf_counter()
    _refuse_twice(inputs)
    tables = {_name(path, inputs): read_table(path) for path in inputs}
    frame = pd.concat([table.assign(**{_SOURCE: name}) for name, table in tables.items()], ignore_index=True)
    if spec_file is None:
        spec, written = _proposed(frame), out.with_suffix(".spec.yml")
        write_spec(spec, written)
    else:
        spec, written = read_spec(spec_file), spec_file
    read = perf_counter() - began
    with machine_errors(out):
        matched = _matched(frame, spec, written, out, pairs_file)
    return replace(matched, seconds={"read": round(read, 3), **matched.seconds})


def _proposed(frame: pd.DataFrame) -> MatchingSpec:
    spec = propose(frame.drop(columns=_SOURCE), frame[_SOURCE])
    return independent(spec, Records(standardise(frame, spec)))


def _name(path: Path, inputs: Sequence[Path]) -> str:
    """The file's name without ending; the whole path where two are named alike."""
    alike = sum(other.stem == path.stem for other in inputs) > 1
    return str(path) if alike else path.stem


def _refuse_twice(inputs: Sequence[Path]) -> None:
    twice = [path for path, count in Counter(path.resolve() for path in inputs).items() if count > 1]
    if twice:
        raise InputError(
            "Une table est donnée deux fois.",
            where=Where(file=str(twice[0])),
            expected="chaque table une fois",
            next_step="La retirer : les fiches d'une même table sont déjà comparées entre elles.",
        )


def _matched(
    frame: pd.DataFrame, spec: MatchingSpec, written: Path, out: Path, pairs_file: Path | None
) -> Matched:
    _refuse_unknown_columns(frame, spec, written)
    source = _sources(frame, spec, written)
    ids = _ids(frame, spec, source)
    lines = frame.index
    if spec.id is not None:
        # Equal pairs are settled by the order of their records: that of their ids, not of the lines.
        lines = pd.DataFrame({"source": source, "id": ids}).sort_values(["source", "id"]).index
        frame = frame.loc[lines].reset_index(drop=True)
        source, ids = (values.loc[lines].reset_index(drop=True) for values in (source, ids))
    began = perf_counter()
    read = standardise(frame, spec)
    standardised = perf_counter()
    linked = link(read, spec, source=source)
    seconds = {"standardise": standardised - began, "match": perf_counter() - standardised}
    too_large = oversized(linked, spec.thresholds.largest_group)
    asked = causes(linked, spec, too_large)
    linked.zone[too_large["pair"]] = "review"
    _write(_clusters(linked, spec, source, ids, asked).set_axis(lines).sort_index(), out)
    if pairs_file is not None:
        _write(_pairs(linked, source, ids, asked), pairs_file)
    return Matched(
        records=len(frame),
        sources={str(name): int(count) for name, count in source.value_counts(sort=False).items()},
        clusters=int(linked.groups.nunique()),
        pairs=len(linked.pairs),
        review=int((linked.zone == "review").sum()),
        no_duplicates=linked.no_duplicates,
        remarks=(*_remarks(read, spec, linked), *_too_large(linked, spec, too_large, source + ":" + ids)),
        spec=str(written),
        out=str(out),
        seconds={step: round(spent, 3) for step, spent in seconds.items()},
    )


def standardise(frame: pd.DataFrame, spec: MatchingSpec) -> pd.DataFrame:
    """The columns that the spec reads, standardised; other columns as they are."""
    read = {}
    for name, column in spec.columns.items():
        for suffix, values in READERS[column.read](frame[column.column or name]).items():
            read[f"{name}_{suffix}" if suffix else name] = values
    as_they_are = {name: frame[name] for name in spec.used_columns if name not in read}
    return pd.DataFrame({**as_they_are, **read})


def _refuse_unknown_columns(frame: pd.DataFrame, spec: MatchingSpec, written: Path) -> None:
    given = set(frame.columns) - {_SOURCE}
    read = {column.column or name for name, column in spec.columns.items()}
    made = set(spec.columns) | {
        f"{name}_{end}" for name, column in spec.columns.items() for end in _ENDINGS.get(column.read, ())
    }
    wanted = read | {name for name in (spec.id, spec.source) if name} | (set(spec.used_columns) - made)
    if missing := sorted(wanted - given):
        raise InputError(
            "La spécification nomme des colonnes que la table n'a pas.",
            where=Where(file=str(written), column=missing[0]),
            found=f"colonnes absentes : {', '.join(missing)}",
            expected=f"parmi les colonnes de la table : {', '.join(sorted(given))}",
            next_step="Corriger ces noms dans la spécification (id, source, columns, comparisons, blocking).",
        )


def _sources(frame: pd.DataFrame, spec: MatchingSpec, written: Path) -> pd.Series:
    source = frame[spec.source] if spec.source else frame[_SOURCE]
    if source.isna().any():
        raise InputError(
            "Une fiche n'a pas de source.",
            where=Where(file=str(written), column=spec.source),
            found=f"{number(int(source.isna().sum()))} cellules vides",
            expected="une source par fiche",
            next_step="Compléter la colonne, ou retirer la clé source : chaque table sera une source.",
        )
    promised = () if isinstance(spec.no_duplicates, str) else spec.no_duplicates
    if unknown := sorted(set(promised) - set(source)):
        raise InputError(
            "La spécification nomme des sources qui ne sont pas là.",
            where=Where(file=str(written)),
            found=f"no_duplicates : {', '.join(unknown)}",
            expected=f"parmi : {', '.join(sorted(source.unique()))}",
            next_step="Corriger la clé no_duplicates.",
        )
    return source


def _ids(frame: pd.DataFrame, spec: MatchingSpec, source: pd.Series) -> pd.Series:
    if spec.id is None:
        return frame.groupby(source, sort=False).cumcount().astype("str")
    ids = frame[spec.id]
    if ids.isna().any():
        first = int(ids.isna().argmax())
        line = int(frame.groupby(_SOURCE).cumcount()[first]) + 2
        raise InputError(
            "Une fiche n'a pas d'identifiant.",
            where=Where(file=str(frame[_SOURCE][first]), line=line, column=spec.id),
            found="cellule vide", expected="un identifiant par fiche",
            next_step="Compléter la colonne, ou retirer la clé id : les fiches seront numérotées.",
        )  # fmt: skip
    twice = pd.DataFrame({"source": source, "id": ids}).duplicated(keep=False)
    if twice.any():
        shown = ", ".join(str(one) for one in ids[twice].unique()[:_SHOWN])
        first = int(twice.argmax())
        raise InputError(
            "Des identifiants désignent plusieurs fiches d'une même source.",
            where=Where(file=str(source[first]), column=spec.id),
            found=f"{number(int(twice.sum()))} fiches, par exemple : {shown}",
            expected="un identifiant différent par fiche",
            next_step="Corriger ces lignes, ou retirer la clé id : les fiches seront numérotées.",
        )
    return ids


def _remarks(read: pd.DataFrame, spec: MatchingSpec, linked: Linked) -> list[str]:
    empty = [name for name in spec.used_columns if read[name].isna().all()]
    capped = linked.blocking[linked.blocking["capped_blocks"] > 0]
    return [
        *(f"La colonne « {name} » est vide : elle ne dit rien." for name in empty),
        *(
            f"Règle « {rule} » : "
            f"{plural(blocks, 'valeur trop répandue, laissée', 'valeurs trop répandues, laissées')} de côté."
            for rule, blocks in zip(capped["rule"], capped["capped_blocks"], strict=True)
        ),
    ]


def _too_large(linked: Linked, spec: MatchingSpec, too_large: pd.DataFrame, keys: pd.Series) -> list[str]:
    told = too_large_text(linked, too_large, keys.to_numpy(dtype=object), spec.thresholds.largest_group)
    to_do = (
        "À faire : regarder ces liens (--pairs, colonne reason), puis resserrer la spécification ou relever "
        "thresholds.largest_group."
    )
    return [f"{told} {to_do}"] if told else []


def _clusters(
    linked: Linked, spec: MatchingSpec, source: pd.Series, ids: pd.Series, asked: npt.NDArray[np.object_]
) -> pd.DataFrame:
    attached = attachments(linked, spec, (linked.zone == "review") & (asked != None))  # noqa: E711
    named = pd.DataFrame({"source": source, "id": ids})
    other = named.reindex(attached["other"]).set_axis(named.index)
    return pd.DataFrame(
        {
            "source": source,
            "record_id": ids,
            "cluster_id": linked.groups,
            "linked_source": other["source"],
            "linked_id": other["id"],
            "probability": attached["probability"],
            "reason": attached["reason"],
        }
    )


def _pairs(linked: Linked, source: pd.Series, ids: pd.Series, asked: npt.NDArray[np.object_]) -> pd.DataFrame:
    ends = {
        f"{side}_{name}": values.to_numpy()[at]
        for side, at in (("left", linked.pairs.left), ("right", linked.pairs.right))
        for name, values in (("source", source), ("id", ids))
    }
    return pd.DataFrame({**ends, "probability": linked.probability, "zone": linked.zone, "reason": asked})


def _write(frame: pd.DataFrame, path: Path) -> None:
    """Write Parquet, all or nothing."""
    draft = path.with_name(f".{path.name}.tmp")
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), draft)
    draft.replace(path)
