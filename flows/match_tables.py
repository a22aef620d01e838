"""`alliage match`: any table against itself, or several against each other, by a matching spec."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from flows.match_inputs import (
    Tables,
    lacking,
    read_tables,
    refuse_strangers,
    refuse_unknown_columns,
    standardise,
)
from flows.match_outputs import refuse_overwriting, write_proposed, write_table
from transforms.errors import InputError, Where
from transforms.matching.attachments import attachments
from transforms.matching.auto import propose
from transforms.matching.causes import causes, too_large_text
from transforms.matching.dependence import independent
from transforms.matching.link import Linked, link
from transforms.matching.records import Records
from transforms.matching.spec import MatchingSpec, read_spec
from transforms.matching.spine import oversized
from transforms.warehouse.files import machine_errors
from transforms.wording import number, plural

_SHOWN = 5


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
    pairs_out: str | None
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
                f"{plural(self.records, 'fiche', 'fiches')} de {sources}." if sources else "Aucune fiche.",
                f"{plural(self.clusters, 'entité', 'entités')} : {self.out}",
                f"{plural(self.pairs, 'paire comparée', 'paires comparées')}, "
                f"dont {number(self.review)} à juger.",
                self._to_judge(),
                alone,
                *self.remarks,
                f"Spécification : {self.spec}",
            )
            if line
        )

    def _to_judge(self) -> str:
        if self.pairs_out:
            return f"Paires : {self.pairs_out} ; celles à juger y ont un motif (colonne reason)."
        return "Pour voir les paires à juger : relancer avec --pairs paires.csv." if self.review else ""


def match_tables(
    inputs: Sequence[Path], out: Path, spec_file: Path | None = None, pairs_file: Path | None = None
) -> Matched:
    """Match the records of `inputs`; each is a source unless the spec names a source column.

    Args:
        inputs: CSV, Parquet or Excel files.
        out: Parquet or CSV to write: `source`, `record_id`, `cluster_id`; `linked_source`, `linked_id`,
            `probability` of the link that attaches the record best, none where it is alone; `reason`, French.
        spec_file: the matching spec; None: one is proposed from the columns, and written beside `out`.
        pairs_file: Parquet or CSV to write: the compared pairs with probability, zone, and why a person
            should look at them (`reason`, French).

    Raises:
        InputError: an input or the spec cannot be read, an output is an input, columns are missing, tables
            have nothing in common, or an id stands twice.
        MachineError: the system refuses to write.
    """
    began = perf_counter()
    pairs_out = {} if pairs_file is None else {"--pairs": pairs_file}
    refuse_overwriting([*inputs, *([spec_file] if spec_file else [])], {"--out": out, **pairs_out})
    spec = None if spec_file is None else read_spec(spec_file)
    tables = read_tables(inputs)
    remarks = tables.remarks
    if spec is None or spec_file is None:
        spec, proposed = propose(tables.whole(), tables.table), True
        refuse_strangers(tables, spec)
        spec = independent(spec, Records(standardise(tables, spec)))
        written, told = write_proposed(spec, out)
        remarks += told
    else:
        written, proposed = spec_file, False
        refuse_unknown_columns(tables, spec, written)
        refuse_strangers(tables, spec)
    remarks += tuple(lacking(tables, spec, proposed=proposed))
    read = perf_counter() - began
    with machine_errors(out):
        matched = _matched(tables, spec, written, out, pairs_file)
    seconds = {"read": round(read, 3), **matched.seconds}
    return replace(matched, seconds=seconds, remarks=(*remarks, *matched.remarks))


def _matched(
    tables: Tables, spec: MatchingSpec, written: Path, out: Path, pairs_file: Path | None
) -> Matched:
    source = _sources(tables, spec, written)
    ids = _ids(tables, spec, source)
    began = perf_counter()
    read = standardise(tables, spec)
    seconds = {"standardise": perf_counter() - began}
    lines = read.index
    if spec.id is not None:
        # Equal pairs are settled by the order of their records: that of their ids, not of the lines.
        lines = pd.DataFrame({"source": source, "id": ids}).sort_values(["source", "id"]).index
        read = read.loc[lines].reset_index(drop=True)
        source, ids = (values.loc[lines].reset_index(drop=True) for values in (source, ids))
    began = perf_counter()
    linked = link(read, spec, source=source)
    seconds["match"] = perf_counter() - began
    too_large = oversized(linked, spec.thresholds.largest_group)
    asked = causes(linked, spec, too_large)
    linked.zone[too_large["pair"]] = "review"
    write_table(_clusters(linked, spec, source, ids, asked).set_axis(lines).sort_index(), out)
    if pairs_file is not None:
        write_table(_pairs(linked, source, ids, asked), pairs_file)
    return Matched(
        records=len(read),
        sources={str(name): int(count) for name, count in source.value_counts(sort=False).items()},
        clusters=int(linked.groups.nunique()),
        pairs=len(linked.pairs),
        review=int(pd.notna(asked).sum()),
        no_duplicates=linked.no_duplicates,
        remarks=(*_remarks(read, spec, linked), *_too_large(linked, spec, too_large, source + ":" + ids)),
        spec=str(written),
        out=str(out),
        pairs_out=None if pairs_file is None else str(pairs_file),
        seconds={step: round(spent, 3) for step, spent in seconds.items()},
    )


def _sources(tables: Tables, spec: MatchingSpec, written: Path) -> pd.Series:
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
            where=Where(file=str(written)),
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
    attached = attachments(linked, spec, (linked.zone == "review") & pd.notna(asked))
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
