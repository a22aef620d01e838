"""`alliage match`: any table against itself, or several against each other, by a matching spec."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from flows.match_given import Given, read_given
from flows.match_outputs import for_people, parts, refuse_overwriting, write_table
from transforms.matching.attachments import attachments
from transforms.matching.causes import causes, too_large_text
from transforms.matching.link import Linked, link
from transforms.matching.records import Codes
from transforms.matching.spine import oversized
from transforms.warehouse.files import machine_errors
from transforms.wording import number, plural

# What the columns of the record itself are called where they have another name than those of its link.
_OWN = {"id": "record_id"}


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
    pairs_out = {} if pairs_file is None else {"--pairs": pairs_file}
    refuse_overwriting([*inputs, *([spec_file] if spec_file else [])], {"--out": out, **pairs_out})
    # Arrow's own pool keeps for itself what a step has used; the next one then takes it anew.
    pa.set_memory_pool(pa.system_memory_pool())
    named = any(map(for_people, [out, *([pairs_file] if pairs_file else [])]))
    given = read_given(inputs, out, spec_file, named=named)
    with machine_errors(out):
        return _matched(given, out, pairs_file)


def _matched(given: Given, out: Path, pairs_file: Path | None) -> Matched:
    spec, source = given.spec, given.source
    began = perf_counter()
    linked = _renumbered(link(given.records, spec, source=source), given.shown)
    spent = perf_counter() - began
    too_large = oversized(linked, spec.thresholds.largest_group)
    asked = causes(linked, spec, too_large)
    linked.zone[too_large["pair"]] = "review"
    write_table(_clusters(linked, given, asked, named=for_people(out)), out)
    if pairs_file is not None:
        write_table(_pairs(linked, given, asked, named=for_people(pairs_file)), pairs_file)
    return Matched(
        records=len(source),
        sources={str(name): int(count) for name, count in source.value_counts(sort=False).items()},
        clusters=int(linked.groups.nunique()),
        pairs=len(linked.pairs),
        review=int(pd.notna(asked).sum()),
        no_duplicates=linked.no_duplicates,
        remarks=(*given.remarks, *_remarks(given, linked), *_too_large(linked, given, too_large)),
        spec=str(given.written),
        out=str(out),
        pairs_out=None if pairs_file is None else str(pairs_file),
        seconds={step: round(took, 3) for step, took in (given.seconds | {"match": spent}).items()},
    )


def _renumbered(linked: Linked, shown: Codes) -> Linked:
    """The same, its groups numbered from 0 in the order in which the records are shown."""
    groups = linked.groups.to_numpy(copy=True)
    groups[shown] = pd.factorize(groups[shown])[0]
    return replace(linked, groups=pd.Series(groups, index=linked.groups.index))


def _remarks(given: Given, linked: Linked) -> list[str]:
    empty = [name for name in given.spec.used_columns if given.records.frame[name].isna().all()]
    capped = linked.blocking[linked.blocking["capped_blocks"] > 0]
    return [
        *(f"La colonne « {name} » est vide : elle ne dit rien." for name in empty),
        *(
            f"Règle « {rule} » : "
            f"{plural(blocks, 'valeur trop répandue, laissée', 'valeurs trop répandues, laissées')} de côté."
            for rule, blocks in zip(capped["rule"], capped["capped_blocks"], strict=True)
        ),
    ]


def _too_large(linked: Linked, given: Given, too_large: pd.DataFrame) -> list[str]:
    if too_large.empty:
        return []
    keys = (given.source + ":" + given.ids).to_numpy(dtype=object)
    told = too_large_text(linked, too_large, keys, given.spec.thresholds.largest_group)
    to_do = (
        "À faire : regarder ces liens (--pairs, colonne reason), puis resserrer la spécification ou relever "
        "thresholds.largest_group."
    )
    return [f"{told} {to_do}"]


def _clusters(
    linked: Linked, given: Given, asked: npt.NDArray[np.object_], *, named: bool
) -> Iterator[pd.DataFrame]:
    """Where each record is and why, in the order of the lines, part by part."""
    attached = attachments(linked, given.spec, (linked.zone == "review") & pd.notna(asked))
    columns = _columns(given, named)
    about = pd.DataFrame(columns)
    for rows in parts(len(about)):
        at = given.place[rows]
        record, best = about.take(at).reset_index(drop=True), attached.take(at).reset_index(drop=True)
        other = about.reindex(best["other"]).reset_index(drop=True)
        yield pd.DataFrame(
            {
                **{_OWN.get(name, name): record[name] for name in columns},
                "cluster_id": linked.groups.to_numpy()[at],
                **{f"linked_{name}": other[name] for name in columns},
                "probability": best["probability"],
                "reason": best["reason"],
            }
        )


def _columns(given: Given, named: bool) -> dict[str, pd.Series]:
    """What says which record is meant."""
    names = {"name": given.names} if named and given.names is not None else {}
    return {"source": given.source, "id": given.ids, **names}


def _pairs(
    linked: Linked, given: Given, asked: npt.NDArray[np.object_], *, named: bool
) -> Iterator[pd.DataFrame]:
    """The compared pairs in the order in which their records are shown, part by part."""
    probability = linked.probability
    line = np.argsort(given.shown)
    first, second = np.sort([line[linked.pairs.left], line[linked.pairs.right]], axis=0)
    in_order = np.argsort(first * len(line) + second, kind="stable")
    for part in parts(len(linked.pairs)):
        rows = in_order[part]
        ends = {
            f"{side}_{name}": values.take(given.shown[at[rows]]).reset_index(drop=True)
            for side, at in (("left", first), ("right", second))
            for name, values in _columns(given, named).items()
        }
        said = {"probability": probability[rows], "zone": linked.zone[rows], "reason": asked[rows]}
        yield pd.DataFrame({**ends, **said})
