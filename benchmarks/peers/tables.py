"""The tables of all sets, read and standardised once, so that every matcher starts from the same.

A set is a YAML of `sets/`:

    title           its name in the tables
    no_duplicates   whether each source holds nothing twice, so that links are one to one
    files           files below the folder of public sets: source, path, column of the id, separator
    truth           links (a file of pairs), id_pattern (the group within the id) or column
    columns         for each column of the table: its column in the file, and how it is read (`READERS`)
    company_name    the column that names companies, if they are companies
    splink          blocking rules to predict and to train, comparisons, certain rules with their recall

A prepared set is a folder with `table.parquet` (source, record_id, the columns), `truth.parquet` (record_id,
truth), `sources/<source>.parquet` without the column source, and `set.yml`.
"""

import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml
from anyascii import anyascii

from benchmarks.linkage import components
from transforms.sources import stage as sources
from transforms.standardise import stage as standard
from transforms.standardise.company_names import standardise_names
from transforms.warehouse.database import connect

SETS = Path(__file__).parent / "sets"
PUBLIC = ("fodors_zagats", "dblp_acm", "febrl_3", "febrl_4", "historical_50k")
_STANDARD_RECORDS = """
SELECT *, coalesce(web_domain, CASE WHEN NOT is_free_mail THEN email_domain END) AS domain
FROM standard.records
ORDER BY source, member_id
"""


@dataclass(frozen=True)
class Prepared:
    """A set, ready for every matcher.

    Args:
        title: its name in the tables.
        folder: where its files lie.
        spec: what its `set.yml` says.
        records: how many.
    """

    title: str
    folder: Path
    spec: dict[str, Any]
    records: int

    @property
    def truth(self) -> pd.DataFrame:
        """record_id and truth."""
        return pd.read_parquet(self.folder / "truth.parquet")


def words(text: str) -> str:
    """Latin letters and digits in small, everything else a space."""
    return " ".join(re.findall("[a-z0-9]+", anyascii(text).lower()))


def digits(text: str) -> str:
    """The digits alone."""
    return re.sub("[^0-9]", "", text)


def _each(read: Callable[[str], str]) -> Callable[[pd.Series], pd.Series]:
    return lambda texts: texts.map({text: read(text) for text in texts.dropna().unique()})


READERS: dict[str, Callable[[pd.Series], pd.Series]] = {
    "words": _each(words),
    "digits": _each(digits),
    "trimmed": _each(str.strip),
    "company": lambda names: standardise_names(names)["name_core"],
}


def public_set(name: str, folder: Path, work: Path) -> Prepared:
    """One of `PUBLIC`, read below `folder`."""
    spec = _spec(name)
    frames = [_file(folder, told) for told in spec["files"]]
    raw = pd.concat(frames, ignore_index=True)
    return _prepare(spec, raw, _truth(spec["truth"], raw, folder), work / name)


def scale_set(table: Path, work: Path) -> Prepared:
    """A table of invented companies with their truth, of any size."""
    spec = _spec("scale")
    raw = pd.read_parquet(table)
    raw = raw.assign(source="table", record_id=raw[spec["id"]].astype(str))
    spec["title"] = f"scale {len(raw):,}"
    return _prepare(spec, raw, raw[spec["truth"]["column"]], work / f"scale_{len(raw)}")


def exports_set(title: str, folder: Path, work: Path) -> Prepared:
    """Member exports with `truth.csv`, as the standardising stage leaves them."""
    spec = _spec("exports") | {"title": title, "exports": str(folder.resolve())}
    with tempfile.TemporaryDirectory() as scratch:
        build = Path(scratch) / "build.duckdb"
        sources.run(build, sources.IntakeParameters(raw=folder))
        standard.run(build, standard.StandardiseParameters())
        with connect(build, read_only=True) as con:
            raw = con.execute(_STANDARD_RECORDS).df()
    raw["record_id"] = raw["source"] + "/" + raw["member_id"]
    truth = pd.read_csv(folder / "truth.csv", dtype=str)
    known = truth.set_index(truth["source"] + "/" + truth["member_id"])["siren"]
    return _prepare(spec, raw, raw["record_id"].map(known), work / f"exports_{title}")


def _spec(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((SETS / f"{name}.yml").read_text(encoding="utf-8"))
    return {"name": name} | found


def _file(folder: Path, told: dict[str, str]) -> pd.DataFrame:
    path = folder / told["path"]
    if path.suffix == ".parquet":
        found = pd.read_parquet(path).astype(str).where(lambda cells: cells != "None")
    else:
        found = pd.read_csv(path, sep=told.get("separator", ","), dtype=str, skipinitialspace=True)
    found = found.rename(columns=str.strip)
    return found.assign(source=told["source"], record_id=told["source"] + "/" + found[told["id"]].str.strip())


def _truth(told: dict[str, Any], raw: pd.DataFrame, folder: Path) -> pd.Series:
    """The group of each record, from links, from the ids or from a column."""
    if "column" in told:
        return raw[told["column"]]
    if "id_pattern" in told:
        return raw["record_id"].str.extract(told["id_pattern"], expand=False)
    links = pd.read_csv(folder / told["links"]["path"], sep=told["links"].get("separator", ","), dtype=str)
    number = pd.Series(np.arange(len(raw)), index=raw["record_id"])
    ends = [
        number.loc[source + "/" + links[column]].to_numpy()
        for column, source in told["links"]["columns"].items()
    ]
    return pd.Series(components(len(raw), ends[0], ends[1]), index=raw.index)


def _prepare(spec: dict[str, Any], raw: pd.DataFrame, truth: pd.Series, folder: Path) -> Prepared:
    folder.mkdir(parents=True, exist_ok=True)
    read = {name: READERS[told["read"]](raw[told["from"]]) for name, told in spec["columns"].items()}
    table = pd.DataFrame({"source": raw["source"], "record_id": raw["record_id"]} | read)
    table[list(read)] = table[list(read)].astype("string").replace("", pd.NA)
    table.to_parquet(folder / "table.parquet", index=False)
    (folder / "sources").mkdir(exist_ok=True)
    for source, rows in table.groupby("source"):
        rows.drop(columns="source").to_parquet(folder / "sources" / f"{source}.parquet", index=False)
    labels = pd.DataFrame({"record_id": raw["record_id"], "truth": truth.astype(str)})
    labels.to_parquet(folder / "truth.parquet", index=False)
    (folder / "set.yml").write_text(yaml.safe_dump(spec, sort_keys=False), encoding="utf-8")
    return Prepared(spec["title"], folder, spec, len(table))
