"""The same input and state give the same content, whatever the order of rows and columns."""

from dataclasses import replace
from pathlib import Path

import pytest
from pipelines import RUN_TABLES, Places, company_ids, installed, run_all, table, table_names

from benchmarks.sample import Sample, generate

STATE_COLUMNS = ("valid_from", "valid_to", "from_run_id", "to_run_id")
HISTORY = {"companies_history": STATE_COLUMNS, "memberships_history": STATE_COLUMNS}
RUN_COLUMNS = {
    "company_aliases": ("run_id",),
    "sources": ("run_id",),
    "data_quality_history": ("run_id",),
    **HISTORY,
}
# Where a record stands in its file, or a fingerprint of the file.
FILE_COLUMNS = {
    "memberships": ("source_row",),
    "lineage": ("source_row", "alternatives"),
    "rejected_rows": ("rejection_no", "source_row"),
    "sources": ("sha256", "run_id"),
    "data_quality_history": ("run_id",),
    # Its examples are the first rows.
    "data_dictionary": ("example",),
    **HISTORY,
}


pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def sample() -> Sample:
    return generate(companies=150, seed=23, roughness=1.5)


@pytest.fixture(scope="module")
def first(sample: Sample, tmp_path_factory: pytest.TempPathFactory) -> Places:
    places = installed(tmp_path_factory.mktemp("first"), sample)
    run_all(places)
    return places


def shuffled(sample: Sample, seed: int) -> Sample:
    return replace(
        sample,
        clustr=sample.clustr.sample(frac=1, random_state=seed),
        numelink=sample.numelink.sample(frac=1, random_state=seed + 1),
    )


def reordered(sample: Sample, seed: int) -> Sample:
    return replace(
        sample,
        clustr=sample.clustr.sample(frac=1, random_state=seed, axis="columns"),
        numelink=sample.numelink.sample(frac=1, random_state=seed + 1, axis="columns"),
    )


def run_of(sample: Sample, root: Path) -> Places:
    places = installed(root, sample)
    run_all(places)
    return places


def test_a_second_run_on_the_same_input_and_state_changes_nothing(first: Places, tmp_path: Path) -> None:
    names = [name for name in table_names(first) if name not in RUN_TABLES]
    twin = first.twin(tmp_path / "twin")
    contents = {name: table(first, name, without=RUN_COLUMNS.get(name, ())) for name in names}
    for _ in ("without state", "with the state of that run"):
        run_all(twin)
        for name in names:
            assert table(twin, name, without=RUN_COLUMNS.get(name, ())) == contents[name], name


@pytest.mark.parametrize(
    "seed", [pytest.param(1, id="one order"), pytest.param(2, id="another order", marks=pytest.mark.long)]
)
def test_shuffled_rows_change_nothing_but_line_numbers(
    first: Places, sample: Sample, tmp_path: Path, seed: int
) -> None:
    other = run_of(shuffled(sample, seed), tmp_path)
    assert company_ids(other) == company_ids(first)
    for name in table_names(first):
        if name not in RUN_TABLES:
            without = FILE_COLUMNS.get(name, ())
            found, expected = (
                sorted(table(places, name, without=without), key=repr) for places in (other, first)
            )
            assert found == expected, name


def test_reordered_columns_change_nothing(first: Places, sample: Sample, tmp_path: Path) -> None:
    other = run_of(reordered(sample, 3), tmp_path)
    for name in table_names(first):
        if name not in {*RUN_TABLES, "sources"}:
            without = RUN_COLUMNS.get(name, ())
            assert table(other, name, without=without) == table(first, name, without=without), name


def test_records_elsewhere_do_not_touch_an_id(first: Places, sample: Sample, tmp_path: Path) -> None:
    """Without a tenth of the records, the companies that keep all of theirs keep their ids."""
    ids = company_ids(first)
    gone = set(list(ids)[::10])
    fewer = replace(
        sample,
        clustr=sample.clustr[
            [("clustr", key) not in gone for key in sample.clustr["N° adhérent"].astype(str)]
        ],
        numelink=sample.numelink[
            [("numelink", key) not in gone for key in sample.numelink["Id"].astype(str)]
        ],
    )
    now = company_ids(run_of(fewer, tmp_path))
    touched = {ids[key] for key in gone}
    spared = {key: company for key, company in ids.items() if company not in touched}
    assert len(spared) > len(ids) / 2
    assert {key: now[key] for key in spared} == spared
