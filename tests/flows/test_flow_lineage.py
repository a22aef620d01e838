"""Lineage leads back: each golden cell is read anew from the raw cell that it names, and nothing else."""

from functools import reduce
from pathlib import Path

import pandas as pd
import pytest
from pipelines import Places, query, rows

from transforms import reference
from transforms.sources.text import clean
from transforms.standardise import stage as standard
from transforms.warehouse import tables
from transforms.warehouse.database import connect
from transforms.warehouse.tables import build_table

Cells = dict[tuple[str, int, str], str]

WITHOUT_LINEAGE = {"company_id", "n_records", "confidence"}
# Where the column of companies has another name than that of the standardised record.
STANDARD_NAMES = {"member_since": "joined_on", "member_since_precision": "joined_precision"}
ORIGIN = ["source", "source_row", "column"]
IDENTIFIERS = ("siren", "siret", "tva")

_TERMS = """
WITH terms AS (
    SELECT company_id, field, value, source, source_row, raw_value
    FROM lineage
    WHERE field <> 'fee_eur'
    UNION ALL
    SELECT company_id, field, other.value, other.source, other.source_row, other.raw_value
    FROM lineage, unnest(alternatives) AS _(other)
)
SELECT company_id, field, value, source, source_row, raw_value FROM terms
ORDER BY ALL
"""
_FEES = """
SELECT company_id, value, source, source_row, raw_value, alternatives
FROM lineage
WHERE field = 'fee_eur'
ORDER BY ALL
"""
# Each record that is read anew has the cells of its line for itself.
_OWN_CELLS = """
CREATE OR REPLACE TABLE raw.cells AS
SELECT cells.* REPLACE (origin::INTEGER AS source_row)
FROM raw.cells AS cells
JOIN origins USING (source, source_row)
"""
_CELLS = """
SELECT source, source_row, field, arg_min(coalesce(corrected, value), position) AS text
FROM raw.cells
WHERE field IS NOT NULL
GROUP BY ALL
"""


def text_of(values: pd.Series) -> "pd.Series[str]":
    """Values as lineage promises to write them, in words of their own: not the code that wrote them."""
    plain = values.astype(object)
    return plain.map({value: written(value) for value in plain.dropna().unique()}).astype("str")


def written(value: object) -> str:
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(float(value))
    return str(value)


@pytest.fixture(scope="module")
def cells(published: Places) -> Cells:
    """What the export says, by source, line and field."""
    found = rows(published.build, _CELLS)
    return {(source, line, field): text for source, line, field, text in found if text.strip()}


@pytest.fixture(scope="module")
def sources(published: Places) -> pd.DataFrame:
    return query(published.build, "SELECT * FROM raw.sources").set_index("source", drop=False)


def columns_of(field: str, source: pd.Series) -> list[str]:
    """The columns of an export that a field of companies may go back to, as the reference declares them."""
    declared = reference.load("survivorship")["choices"]
    named = reduce(lambda all_, choice: all_ | choice["cells"], declared, {})
    names = named["in_{source}"] if field.startswith("in_") else named[field]
    looked_up = {"@siren_field": IDENTIFIERS, "@active_field": (source["active_field"],)}
    found = [option for name in names for option in looked_up.get(name, (name,))]
    return [name for name in found if isinstance(name, str)]


def cell_columns(terms: pd.DataFrame, cells: Cells, sources: pd.DataFrame) -> "pd.Series[str]":
    """The column (or columns read together) whose cell is the raw value of each term; empty for none."""

    def found(field: str, source: str, line: int, raw_value: str | None) -> str | None:
        if raw_value is None:
            return ""
        for option in columns_of(field, sources.loc[source]):
            texts = [cells.get((source, line, name)) for name in option.split("+")]
            if raw_value in {" ".join(text for text in texts if text is not None), *texts}:
                return option
        return None

    keys = zip(*(terms[name] for name in ("field", "source", "source_row", "raw_value")), strict=True)
    return pd.Series([found(*key) for key in keys], index=terms.index, dtype=object)


def read_anew(terms: pd.DataFrame, cells: Cells, published: Places, folder: Path) -> pd.DataFrame:
    """What standardisation makes of records that hold nothing but the cells that the terms name."""
    origins = terms[ORIGIN].drop_duplicates(ignore_index=True)
    records = pd.DataFrame(
        None, index=origins.index, columns=build_table("raw.records").column_names, dtype=object
    )
    for column in {name for option in origins["column"] for name in option.split("+") if name}:
        texts = [
            cells.get((source, line, column)) if column in option.split("+") else None
            for source, line, option in origins.itertuples(index=False)
        ]
        records[column] = [text and clean(text) for text in texts]
    # The table wants a name; where the name is not the cell in question, it is one without any meaning.
    records = records.fillna({"name": "Zzz", "source_file": "-"})
    records = records.assign(
        source=origins["source"], source_row=origins.index, member_id=origins.index.astype(str)
    )
    build = folder / "build.duckdb"
    build.write_bytes(published.build.read_bytes())
    with connect(build) as con:
        tables.write(con, build_table("raw.records"), records)
        con.register("origins", origins.reset_index(names="origin"))
        con.execute(_OWN_CELLS)
    standard.run(build, standard.StandardiseParameters())
    read = query(build, "SELECT * FROM standard.records ORDER BY source_row")
    read = read.set_index(pd.MultiIndex.from_frame(origins))
    return read.loc[pd.MultiIndex.from_frame(terms[ORIGIN])].set_index(terms.index)


def said_by(read: pd.DataFrame, terms: pd.DataFrame, sources: pd.DataFrame) -> "pd.Series[str]":
    """What each record that was read anew says in the field of its term, as lineage writes it."""
    said = pd.Series(None, index=terms.index, dtype=object)
    for field, of_field in terms.groupby("field").groups.items():
        said[of_field] = text_of(values_of(str(field), read.loc[of_field], sources))
    return said


def values_of(field: str, read: pd.DataFrame, sources: pd.DataFrame) -> pd.Series:
    """The column of standardised records that a field of companies comes from."""
    if field.startswith("in_"):
        return read["is_active"] & (read["source"] == field.removeprefix("in_"))
    for fact, values in (("_source", read["source"]), ("_as_of", read["source"].map(sources["export_date"]))):
        if field.endswith(fact):
            return values.where(read[f"{field.removesuffix(fact)}_kind"] != "unknown")
    return read[STANDARD_NAMES.get(field, field)]


@pytest.fixture(scope="module")
def terms(published: Places, cells: Cells, sources: pd.DataFrame) -> pd.DataFrame:
    """Every value of lineage, winning or not, with the column that its raw value stands in."""
    won = query(published.warehouse, _TERMS)
    fees = query(published.warehouse, _FEES).assign(field="fee_eur", value=None)
    terms = pd.concat([won, fees[won.columns]], ignore_index=True)
    terms = terms.astype(object).where(terms.notna(), None)
    return terms.assign(column=cell_columns(terms, cells, sources))


def test_each_filled_cell_has_exactly_one_origin(published: Places) -> None:
    companies = query(published.warehouse, "SELECT * FROM companies").set_index("company_id")
    texts = companies[[name for name in companies if name not in WITHOUT_LINEAGE]].apply(text_of)
    cells = texts.rename_axis("field", axis="columns").stack().dropna()
    found = rows(published.warehouse, "SELECT company_id, field, value FROM lineage")
    assert len(found) == len(cells)
    assert {(company, field): value for company, field, value in found} == cells.to_dict()


def test_each_raw_value_is_a_cell_of_the_named_line(terms: pd.DataFrame) -> None:
    lost = terms[terms["column"].isna()]
    assert lost.empty, lost.head().to_string()
    assert terms["raw_value"].notna().sum() > len(terms) / 2


def test_each_value_is_read_anew_from_its_raw_cell(
    terms: pd.DataFrame,
    cells: Cells,
    published: Places,
    sources: pd.DataFrame,
    tmp_path: Path,
) -> None:
    single = terms[terms["value"].notna()]
    read = read_anew(single, cells, published, tmp_path)
    said = said_by(read, single, sources)
    differs = single.assign(said=said)[said.to_numpy() != single["value"].to_numpy()]
    assert differs.empty, f"{len(differs)} of {len(single)}\n{differs.head(30).to_string()}"


def test_each_sum_is_that_of_its_raw_cells(
    terms: pd.DataFrame,
    cells: Cells,
    published: Places,
    tmp_path: Path,
) -> None:
    """The chosen record's own term and those of all other active memberships."""
    own = terms[(terms["field"] == "fee_eur") & terms["value"].isna()]
    read = read_anew(own, cells, published, tmp_path)["fee_eur"].astype(float)
    fees = query(published.warehouse, _FEES)
    assert own["company_id"].tolist() == fees["company_id"].tolist()
    others = fees["alternatives"].map(lambda terms: sum(float(term["value"]) for term in terms))
    total = read.to_numpy() + others.to_numpy()
    assert total.round(2).tolist() == fees["value"].astype(float).tolist()
    assert (others > 0).any()
