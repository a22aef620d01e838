"""`alliage match`: any table against itself, or several against each other."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from flow_commands import Said, call, start

from flows.match_tables import match_tables
from transforms.errors import InputError

SYLLABLES = ("mer", "tav", "bre", "quo", "zep", "ker", "lup", "ver", "cal", "orv")
FIRST = ("Ilda", "Ondo", "Une", "Arnel", "Ezio", "Yvane", "Otta", "Lior")


def people(count: int = 120) -> pd.DataFrame:
    """Invented persons: names, days of birth, telephones."""
    draw = np.random.default_rng(13)
    last = ["".join(draw.choice(SYLLABLES, 3)).capitalize() for _ in range(count)]
    return pd.DataFrame(
        {
            "member_id": [f"A-{at}" for at in range(count)],
            "first": draw.choice(FIRST, count),
            "last": last,
            "born": [f"{1950 + int(draw.integers(50))}-0{1 + at % 9}-1{at % 10}" for at in range(count)],
            "phone": [f"01 99 00 {at // 100:02} {at % 100:02}" for at in range(count)],
        }
    )


def again(known: pd.DataFrame) -> pd.DataFrame:
    """The first hundred of them in another list: other ids, gaps and typos."""
    some = known.iloc[:100].copy()
    some["member_id"] = [f"B-{at}" for at in range(100)]
    some.loc[some.index % 5 == 0, "phone"] = None
    some.loc[some.index % 7 == 0, "last"] = some["last"].str[:-1] + "x"
    return some


SPEC: dict[str, Any] = {
    "id": "member_id",
    "no_duplicates": "all",
    "columns": {
        "surname": {"column": "last", "read": "text"},
        "given": {"column": "first", "read": "text"},
        "born": {"read": "date"},
        "phone": {"read": "phone"},
    },
    "blocking": {
        "rules": [
            {"name": "surname", "keys": ["surname"]},
            {"name": "phone", "keys": ["phone"]},
            {"name": "born", "keys": ["born"]},
        ]
    },
    "comparisons": [
        {"signal": "surname", "kind": "text", "columns": ["surname"], "alike": {"near": 0.8}},
        {"signal": "given", "kind": "text", "columns": ["given"]},
        {"signal": "born", "kind": "date", "columns": ["born"]},
        {"signal": "phone", "kind": "text", "columns": ["phone"]},
    ],
}


@pytest.fixture
def lists(tmp_path: Path) -> tuple[Path, Path]:
    """Two lists, one CSV and one Parquet, and `spec.yml` beside them."""
    north, south = tmp_path / "north.csv", tmp_path / "south.parquet"
    people().to_csv(north, index=False, sep=";", encoding="cp1252")
    again(people()).to_parquet(south, index=False)
    write(tmp_path, SPEC)
    return north, south


def write(folder: Path, spec: dict[str, Any]) -> Path:
    path = folder / "spec.yml"
    path.write_text(yaml.safe_dump(spec, sort_keys=False), encoding="utf-8")
    return path


def truth(clusters: pd.DataFrame) -> float:
    """The share of the hundred persons of both lists whose two records, and no other, are one."""
    by_id = clusters.set_index("record_id")["cluster_id"]
    sizes = by_id.value_counts()
    same = [by_id[f"A-{at}"] == by_id[f"B-{at}"] and sizes[by_id[f"A-{at}"]] == 2 for at in range(100)]
    return sum(same) / 100


def test_by_a_spec(tmp_path: Path, lists: tuple[Path, Path]) -> None:
    matched = match_tables(
        lists, tmp_path / "new" / "out.parquet", tmp_path / "spec.yml", tmp_path / "pairs.parquet"
    )
    out = pd.read_parquet(tmp_path / "new" / "out.parquet")
    assert out.columns.tolist() == [
        *("source", "record_id", "cluster_id", "linked_source", "linked_id", "probability", "reason"),
    ]
    assert out["source"].value_counts().to_dict() == matched.sources == {"north": 120, "south": 100}
    assert out["record_id"].tolist() == [*(f"A-{at}" for at in range(120)), *(f"B-{at}" for at in range(100))]
    assert out["cluster_id"].nunique() == matched.clusters
    assert truth(out) > 0.95
    assert matched.no_duplicates == ("north", "south")
    pairs = pd.read_parquet(tmp_path / "pairs.parquet")
    assert pairs.columns.tolist() == [
        *("left_source", "left_id", "right_source", "right_id", "probability", "zone", "reason"),
    ]
    assert len(pairs) == matched.pairs
    assert pairs["probability"].between(0, 1, inclusive="neither").all()
    assert set(pairs["zone"]) <= {"match", "review", "distinct"}
    assert pairs["reason"].notna().sum() == matched.review
    assert (pairs["left_source"] != pairs["right_source"]).all()


def test_a_proposed_spec_can_be_run_again_with_the_same_result(
    tmp_path: Path, lists: tuple[Path, Path]
) -> None:
    proposed = match_tables(lists, tmp_path / "out.parquet")
    assert proposed.spec == str(tmp_path / "out.spec.yml")
    assert truth(pd.read_parquet(tmp_path / "out.parquet")) > 0.9
    rerun = match_tables(lists, tmp_path / "again.parquet", tmp_path / "out.spec.yml")
    one, other = (pd.read_parquet(tmp_path / name) for name in ("out.parquet", "again.parquet"))
    pd.testing.assert_frame_equal(one, other)
    assert (rerun.clusters, rerun.pairs, rerun.review) == (proposed.clusters, proposed.pairs, proposed.review)


def test_sources_may_stand_in_a_column(tmp_path: Path) -> None:
    both = pd.concat([people().assign(list="north"), again(people()).assign(list="south")])
    both.to_csv(tmp_path / "both.csv", index=False)
    spec = write(tmp_path, SPEC | {"source": "list"})
    matched = match_tables([tmp_path / "both.csv"], tmp_path / "out.parquet", spec)
    assert matched.sources == {"north": 120, "south": 100}
    assert truth(pd.read_parquet(tmp_path / "out.parquet")) > 0.95


def test_records_without_an_id_are_numbered_source_by_source(
    tmp_path: Path, lists: tuple[Path, Path]
) -> None:
    spec = write(tmp_path, {key: value for key, value in SPEC.items() if key != "id"})
    match_tables(lists, tmp_path / "out.parquet", spec)
    out = pd.read_parquet(tmp_path / "out.parquet")
    assert out["record_id"].tolist() == [*map(str, range(120)), *map(str, range(100))]


def people_without_ids() -> pd.DataFrame:
    """Both lists in one, in which some persons are each other's rivals: only the day of birth differs."""
    both = pd.concat([people(400), again(people(400)), again(people(400)).assign(born="1950-01-01")])
    return both.drop(columns="member_id").reset_index(drop=True)


def groups_of_rows(out: Path, rows: list[int]) -> set[frozenset[int]]:
    """Groups by what the rows were before they were shuffled: lines that are equal are one."""
    known = people_without_ids()
    first = known.groupby(list(known.columns), dropna=False, sort=False).ngroup().tolist()
    found = pd.read_parquet(out).groupby("cluster_id")["record_id"]
    return {frozenset(first[rows[int(line)]] for line in lines) for _, lines in found}


@pytest.mark.parametrize("with_spec", [True, False], ids=["by a spec", "proposed"])
def test_without_an_id_the_order_of_the_lines_changes_nothing(tmp_path: Path, with_spec: bool) -> None:
    known = people_without_ids()
    as_given = list(range(len(known)))
    shuffled = np.random.default_rng(4).permutation(len(known)).tolist()
    spec = {key: value for key, value in SPEC.items() if key not in ("id", "no_duplicates")}
    groups, said = [], []
    for name, rows in (("one", as_given), ("other", shuffled)):
        (tmp_path / name).mkdir()
        known.iloc[rows].to_csv(tmp_path / name / "people.csv", index=False, sep=";")
        paths = [tmp_path / name / file for file in ("people.csv", "out.parquet", "pairs.parquet")]
        match_tables(paths[:1], paths[1], write(tmp_path, spec) if with_spec else None, paths[2])
        out, pairs = pd.read_parquet(paths[1]), pd.read_parquet(paths[2])
        assert out["record_id"].tolist() == [str(at) for at in as_given]
        assert pd.factorize(out["cluster_id"])[0].tolist() == out["cluster_id"].tolist()
        ends = pairs[["left_id", "right_id"]].astype(int)
        assert (ends["left_id"] < ends["right_id"]).all()
        assert ends.equals(ends.sort_values(["left_id", "right_id"]))
        groups.append(groups_of_rows(paths[1], rows))
        said.append(sorted(pairs["probability"]))
    assert groups[0] == groups[1]
    assert len(groups[0]) < len(known)
    assert said[0] == said[1]


def test_a_cell_of_hundreds_of_digits_does_not_stop_a_proposal(tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    prices = [f"{at / 7:.2f}" for at in range(50)]
    lines = [
        f"{name};{price}" for name, price in zip(people(50)["last"], ["9" * 400, *prices[1:]], strict=True)
    ]
    table.write_text("\n".join(["nom;prix", *lines]), encoding="utf-8")
    matched = match_tables([table], tmp_path / "out.parquet")
    assert matched.records == 50


def test_two_files_of_one_name_are_two_sources(tmp_path: Path) -> None:
    inputs = [tmp_path / "a" / "list.csv", tmp_path / "b" / "list.csv", tmp_path / "b" / "list.parquet"]
    for path in inputs:
        path.parent.mkdir(exist_ok=True)
    people().to_csv(inputs[0], index=False)
    again(people()).to_csv(inputs[1], index=False)
    again(people()).to_parquet(inputs[2], index=False)
    matched = match_tables(inputs, tmp_path / "out.parquet", write(tmp_path, SPEC))
    assert list(matched.sources.values()) == [120, 100, 100]


def refused(*inputs: Path, spec: Path | None) -> InputError:
    out = inputs[0].parent / "out.parquet"
    with pytest.raises(InputError) as caught:
        match_tables(inputs, out, spec)
    assert not out.exists()
    assert caught.value.what
    assert caught.value.expected
    assert caught.value.next_step
    return caught.value


UNKNOWN = {
    "id": ({"id": "numero"}, "numero"),
    "source": ({"source": "liste"}, "liste"),
    "read column": ({"columns": SPEC["columns"] | {"town": {"column": "ville"}}}, "ville"),
    "identifier": ({"identifiers": ["siren"]}, "siren"),
    "compared column": (
        {"comparisons": [*SPEC["comparisons"], {"signal": "town", "kind": "text", "columns": ["town"]}]},
        "town",
    ),
    "blocking key": ({"blocking": {"rules": [{"name": "town", "keys": ["town"]}]}}, "town"),
    "alike texts": ({"blocking": SPEC["blocking"] | {"alike_texts": {"column": "label"}}}, "label"),
    "a part that its reader does not give": (
        {"blocking": {"rules": [{"name": "form", "keys": ["surname_form"]}]}},
        "surname_form",
    ),
}


@pytest.mark.parametrize(("change", "column"), UNKNOWN.values(), ids=UNKNOWN)
def test_an_unknown_column_is_refused(
    tmp_path: Path, lists: tuple[Path, Path], change: dict[str, Any], column: str
) -> None:
    error = refused(*lists, spec=write(tmp_path, SPEC | change))
    assert error.where is not None
    assert (error.where.file, error.where.column) == (str(tmp_path / "spec.yml"), column)
    assert column in (error.found or "")
    for name in people().columns:
        assert name in (error.expected or "")


def test_an_id_that_names_two_records_is_refused(tmp_path: Path, lists: tuple[Path, Path]) -> None:
    known = people()
    known.loc[7, "member_id"] = "A-3"
    known.to_csv(lists[0], index=False)
    error = refused(*lists, spec=tmp_path / "spec.yml")
    assert error.where is not None
    assert error.where.column == "member_id"
    assert "north" in (error.where.file or "")
    assert "A-3" in (error.found or "")


def test_a_record_without_its_id_is_refused_with_its_own_line(
    tmp_path: Path, lists: tuple[Path, Path]
) -> None:
    second = again(people())
    second.loc[second.index[4], "member_id"] = None
    second.to_parquet(lists[1], index=False)
    error = refused(*lists, spec=tmp_path / "spec.yml")
    assert error.where is not None
    assert (error.where.line, error.where.column) == (6, "member_id")
    assert "south" in (error.where.file or "")


def test_a_table_given_twice_is_refused(tmp_path: Path, lists: tuple[Path, Path]) -> None:
    error = refused(lists[0], lists[0], spec=tmp_path / "spec.yml")
    assert error.where is not None
    assert error.where.file == str(lists[0])


def test_a_missing_table_is_refused(tmp_path: Path, lists: tuple[Path, Path]) -> None:
    assert refused(lists[0], tmp_path / "west.csv", spec=tmp_path / "spec.yml").where is not None


def test_tables_without_records(tmp_path: Path, lists: tuple[Path, Path]) -> None:
    people().iloc[:0].to_csv(lists[0], index=False)
    matched = match_tables([lists[0]], tmp_path / "out.parquet", tmp_path / "spec.yml")
    assert (matched.records, matched.clusters) == (0, 0)
    assert len(pd.read_parquet(tmp_path / "out.parquet")) == 0


def test_columns_without_values_are_told(tmp_path: Path, lists: tuple[Path, Path]) -> None:
    people().assign(phone=None).to_csv(lists[0], index=False)
    matched = match_tables([lists[0]], tmp_path / "out.parquet", tmp_path / "spec.yml")
    assert any("« phone » est vide" in remark for remark in matched.remarks)


def command(
    *arguments: str | Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Said:
    return call("match", *arguments, monkeypatch=monkeypatch, capsys=capsys)


def test_the_command_and_its_json(
    tmp_path: Path,
    lists: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    files = ("--out", tmp_path / "out.parquet", "--pairs", tmp_path / "pairs.parquet")
    said = command(tmp_path / "spec.yml", *lists, *files, "--json", monkeypatch=monkeypatch, capsys=capsys)
    assert said.code == 0
    assert (said.json["records"], said.json["sources"]) == (220, {"north": 120, "south": 100})
    assert said.json["clusters"] == pd.read_parquet(tmp_path / "out.parquet")["cluster_id"].nunique()
    assert said.json["pairs"] == len(pd.read_parquet(tmp_path / "pairs.parquet"))


def test_the_command_by_itself(
    tmp_path: Path,
    lists: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    said = command(
        "--auto", *lists, "--out", tmp_path / "out.parquet", monkeypatch=monkeypatch, capsys=capsys
    )
    assert said.code == 0
    assert "220 fiches" in said.out
    assert str(tmp_path / "out.spec.yml") in said.out
    assert (tmp_path / "out.spec.yml").is_file()


@pytest.mark.parametrize(
    "arguments",
    [["spec.yml"], ["--auto"], ["spec.yml", "none.csv"], ["none.yml", "north.csv"]],
    ids=["no table", "nothing", "no such table", "no such spec"],
)
def test_bad_use_ends_with_two(
    tmp_path: Path,
    lists: tuple[Path, Path],
    arguments: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    said = command(*arguments, "--out", "out.parquet", monkeypatch=monkeypatch, capsys=capsys)
    assert said.code == 2
    assert not (tmp_path / "out.parquet").exists()


@pytest.mark.slow
def test_as_people_start_it(tmp_path: Path, lists: tuple[Path, Path]) -> None:
    said = start(
        *("match", tmp_path / "spec.yml", *lists, "--out", tmp_path / "out.parquet"),
        prefect_home=tmp_path / "prefect",
    )
    assert said.code == 0, said.err
    assert truth(pd.read_parquet(tmp_path / "out.parquet")) > 0.95


def spec_with(tmp_path: Path, **keys: object) -> Path:
    """A spec on names and amounts, with other keys."""
    spec = {
        "columns": {"name": {}, "amount": {"read": "number"}},
        "blocking": {"rules": [{"name": "name", "keys": ["name"]}]},
        "comparisons": [{"signal": "name", "kind": "text", "columns": ["name"]}],
        **keys,
    }
    path = tmp_path / "spec.yml"
    path.write_text(yaml.safe_dump(spec), encoding="utf-8")
    return path


WRONG = {
    "a text compared as a number": (
        {"comparisons": [{"signal": "name", "kind": "number", "column": "name"}]}, "read: number"),
    "a number compared as a text": (
        {"comparisons": [{"signal": "amount", "kind": "text", "columns": ["amount"]}]}, "kind: number"),
    "a day read as a text": (
        {"columns": {"name": {}}, "comparisons": [{"signal": "name", "kind": "date", "columns": ["name"]}]},
        "read: date"),
    "a number as a blocking key": (
        {"blocking": {"rules": [{"name": "amount", "keys": ["amount"]}]}}, "blocking"),
    "a source that is not there": ({"no_duplicates": ["nowhere"]}, "nowhere"),
    "records without a source": ({"source": "list"}, "1 cellule"),
}  # fmt: skip


@pytest.mark.parametrize(("keys", "told"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_compared_is_refused(tmp_path: Path, keys: dict[str, object], told: str) -> None:
    table = tmp_path / "table.csv"
    table.write_text("name;amount;list\nVOREL;1,5;a\nTAMIS;2;\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        match_tables([table], tmp_path / "out.parquet", spec_with(tmp_path, **keys))
    assert told in str(caught.value.found)
    assert caught.value.next_step


def test_equal_pairs_are_settled_by_ids_and_not_by_lines(tmp_path: Path) -> None:
    rows = ["1;VOREL;", "2;VOREL;", "3;VOREL;", "4;TAMIS;"]
    keys = {"id": "id", "identifiers": [], "no_duplicates": ["table"]}
    found = []
    for order in (rows, rows[::-1], [rows[2], rows[0], rows[3], rows[1]]):
        (tmp_path / "table.csv").write_text("\n".join(["id;name;amount", *order]), encoding="utf-8")
        (tmp_path / "other.csv").write_text("id;name;amount\n9;VOREL;\n", encoding="utf-8")
        match_tables(
            [tmp_path / "table.csv", tmp_path / "other.csv"],
            tmp_path / "out.parquet",
            spec_with(tmp_path, **keys),
        )
        out = pd.read_parquet(tmp_path / "out.parquet").sort_values(["source", "record_id"])
        found.append(out.set_index(["source", "record_id"])["cluster_id"].to_dict())
    assert found[0] == found[1] == found[2]


def test_every_record_says_what_attaches_it_or_that_it_is_alone(
    tmp_path: Path, lists: tuple[Path, Path]
) -> None:
    match_tables(lists, tmp_path / "out.parquet", tmp_path / "spec.yml", tmp_path / "pairs.parquet")
    out, pairs = (pd.read_parquet(tmp_path / name) for name in ("out.parquet", "pairs.parquet"))
    clusters = out.set_index(["source", "record_id"])["cluster_id"]
    alone = out["cluster_id"].map(out["cluster_id"].value_counts()) == 1
    assert 0 < alone.sum() < len(out)
    assert out.loc[alone, ["linked_source", "linked_id", "probability"]].isna().all(axis=None)
    assert out.loc[alone, "reason"].str.startswith("seule").all()
    known = {
        frozenset((one, other)): probability
        for *ends, probability in pairs.iloc[:, :5].itertuples(index=False)
        for one, other in [(tuple(ends[:2]), tuple(ends[2:]))]
    }
    for row in out[~alone].itertuples():
        here, there = (row.source, row.record_id), (row.linked_source, row.linked_id)
        assert clusters[here] == clusters[there]
        assert row.probability == known[frozenset((here, there))]
        assert row.reason.startswith("rapprochée à ")


def test_a_cluster_that_is_too_large_is_told_and_its_weakest_link_is_to_be_judged(tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_text("id;name;amount\n" + "".join(f"{at};VOREL;\n" for at in range(5)))
    keys = {"id": "id", "thresholds": {"match_from": 0.5, "largest_group": 4}, "prior": -1.0}
    name = {
        "signal": "name",
        "kind": "text",
        "columns": ["name"],
        "weights": {"same": 6.0, "different": -6.0},
    }
    spec = spec_with(tmp_path, comparisons=[name], **keys)
    files = (tmp_path / "out.parquet", spec, tmp_path / "pairs.parquet")
    matched = match_tables([tmp_path / "table.csv"], *files)
    assert (matched.clusters, matched.review) == (1, 1)
    (remark,) = [one for one in matched.remarks if "plus de 4 fiches" in one]
    assert "lien le plus faible table:" in remark
    assert "À faire" in remark
    pairs = pd.read_parquet(tmp_path / "pairs.parquet")
    assert pairs.loc[pairs["zone"] == "review", "reason"].tolist() == [
        "groupe trop grand : 5 fiches, lien le plus faible"
    ]
    assert pairs["reason"].notna().sum() == 1
    spec_with(tmp_path, comparisons=[name], **keys | {"thresholds": {"match_from": 0.5}})
    assert match_tables([tmp_path / "table.csv"], *files).review == 0
