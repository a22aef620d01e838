"""The files of `alliage match`: inputs that fit together or not, outputs that destroy nothing."""

import csv
import re
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from flow_commands import call

from flows import match_outputs
from flows.match_tables import Matched, match_tables
from transforms.errors import InputError, MachineError

NAMES = ("Meridon Bois", "Taviol Services", "Quorvex", "Brelzan Énergie", "Lupver Conseil", "Calorv & fils")
TOWNS = ("Brelle", "Corvan", "Tamis", "Zépane", "Orquel", "Virez")
SPEC: dict[str, Any] = {
    "id": ["numéro", "Code"],
    "columns": {"nom": {"column": ["Nom", "Raison sociale"]}, "ville": {"column": "Ville"}},
    "blocking": {"rules": [{"name": "nom", "keys": ["nom"]}]},
    "comparisons": [
        {"signal": "nom", "kind": "text", "columns": ["nom"], "weights": {"same": 9.0, "different": -9.0}},
        {
            "signal": "ville",
            "kind": "text",
            "columns": ["ville"],
            "weights": {"same": 2.0, "different": -2.0},
        },
    ],
    "prior": -1.0,
}


def spec(folder: Path, **change: object) -> Path:
    path = folder / "spec.yml"
    path.write_text(yaml.safe_dump(SPEC | change, allow_unicode=True), encoding="utf-8")
    return path


def lists(folder: Path, left: tuple[str, str, str], right: tuple[str, str, str]) -> list[Path]:
    """Two lists of the same companies, under these headers."""
    paths = [folder / "gauche.csv", folder / "droite.csv"]
    for path, headers, letter in zip(paths, (left, right), "GD", strict=True):
        rows = {headers[0]: [f"{letter}{at}" for at in range(6)], headers[1]: NAMES, headers[2]: TOWNS}
        pd.DataFrame(rows).to_csv(path, index=False, sep=";")
    return paths


def same(folder: Path, name: str = "out.parquet") -> bool:
    """Whether each company's two records are one group, and no other record is."""
    groups = pd.read_parquet(folder / name)["cluster_id"].tolist()
    return groups[:6] == groups[6:] and len(set(groups)) == 6


PLAIN = ("numéro", "Nom", "Ville")
SPELT = {
    "as they are": PLAIN,
    "in capitals": ("NUMERO", "NOM", "VILLE"),
    "without accents, with spaces": ("numero ", " nom", "vil le"),
    "another header of the list": ("Code", "Raison sociale", "ville"),
    "another header in capitals": ("CODE", "raison_sociale", "VILLE"),
}


@pytest.mark.parametrize("headers", SPELT.values(), ids=SPELT)
def test_headers_of_two_lists_are_paired(tmp_path: Path, headers: tuple[str, str, str]) -> None:
    matched = match_tables(lists(tmp_path, PLAIN, headers), tmp_path / "out.parquet", spec(tmp_path))
    assert same(tmp_path)
    assert pd.read_parquet(tmp_path / "out.parquet")["record_id"].tolist()[6:] == [
        f"D{at}" for at in range(6)
    ]
    assert matched.remarks == ()


def test_headers_are_paired_without_a_spec(tmp_path: Path) -> None:
    matched = match_tables(lists(tmp_path, PLAIN, ("Numero", "NOM", "VILLE ")), tmp_path / "out.parquet")
    assert same(tmp_path)
    assert not any("n'a pas" in remark for remark in matched.remarks)


def test_two_columns_of_one_list_that_are_spelt_alike_stay_two(tmp_path: Path) -> None:
    left, right = lists(tmp_path, PLAIN, PLAIN)
    pd.read_csv(right, sep=";").assign(nom="AUTRE", NOM="AUTRE").to_csv(right, index=False, sep=";")
    match_tables([left, right], tmp_path / "out.parquet", spec(tmp_path))
    assert same(tmp_path)


@pytest.mark.parametrize("with_spec", [True, False], ids=["by a spec", "proposed"])
def test_lists_without_a_common_column_are_refused(tmp_path: Path, with_spec: bool) -> None:
    inputs = lists(tmp_path, PLAIN, ("a", "b", "c"))
    with pytest.raises(InputError, match="aucune colonne à comparer") as caught:
        match_tables(inputs, tmp_path / "out.parquet", spec(tmp_path, id=None) if with_spec else None)
    assert "en-têtes" in (caught.value.next_step or "")
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix != ".yml") == [
        "droite.csv",
        "gauche.csv",
    ]
    assert not list(tmp_path.glob("out*"))


def remarks_of(matched: Matched) -> str:
    return "\n".join(matched.remarks)


def test_columns_that_one_list_lacks_are_told(tmp_path: Path) -> None:
    inputs = lists(tmp_path, PLAIN, ("numéro", "Nom", "Commune"))
    by_spec = match_tables(inputs, tmp_path / "out.parquet", spec(tmp_path))
    assert "La table « droite » n'a pas cette colonne : « Ville »." in by_spec.remarks
    proposed = remarks_of(match_tables(inputs, tmp_path / "auto.parquet"))
    assert "La table « gauche » n'a pas cette colonne : « Commune »." in proposed
    assert "La table « droite » n'a pas cette colonne : « Ville »." in proposed


def test_an_id_that_one_list_lacks_is_refused(tmp_path: Path) -> None:
    inputs = lists(tmp_path, PLAIN, ("matricule", "Nom", "Ville"))
    with pytest.raises(InputError, match="pas d'identifiant") as caught:
        match_tables(inputs, tmp_path / "out.parquet", spec(tmp_path))
    assert caught.value.where is not None
    assert (caught.value.where.file, caught.value.where.line) == ("droite", 2)
    assert caught.value.where.column == "numéro ou Code"
    assert caught.value.found == "aucune colonne de ce nom"


def test_a_record_without_its_id_is_named_by_its_line_and_the_header_of_its_list(tmp_path: Path) -> None:
    left, right = lists(tmp_path, PLAIN, ("Code", "Nom", "Ville"))
    rows = right.read_text(encoding="utf-8").splitlines()
    right.write_text("\n".join([*rows[:3], ";;", ";Calorv;Virez", *rows[3:]]), encoding="utf-8")
    with pytest.raises(InputError, match="pas d'identifiant") as caught:
        match_tables([left, right], tmp_path / "out.parquet", spec(tmp_path))
    assert caught.value.where is not None
    assert (caught.value.where.line, caught.value.where.column) == (5, "Code")
    assert caught.value.found == "cellule vide"


def test_an_empty_list_is_told(tmp_path: Path) -> None:
    left, right = lists(tmp_path, PLAIN, PLAIN)
    right.write_text("numéro;Nom;Ville\n", encoding="utf-8")
    for spec_file in (spec(tmp_path), None):
        matched = match_tables([left, right], tmp_path / "out.parquet", spec_file)
        assert "La table « droite » n'a aucune fiche." in matched.remarks
        assert matched.records == 6


def test_what_a_table_cannot_give_is_told(tmp_path: Path) -> None:
    frame = pd.DataFrame({"Nom": NAMES, "Ville": TOWNS, "étiquettes": [["a"]] * 6})
    frame.to_parquet(tmp_path / "table.parquet")
    matched = match_tables([tmp_path / "table.parquet"], tmp_path / "out.parquet", spec(tmp_path, id=None))
    assert "« étiquettes »" in remarks_of(matched)


def test_quantities_and_days_that_no_column_names_are_read_as_such(tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("n;né le\n425,55;03/02/1984\n425,550;1984-02-03\n", encoding="utf-8")
    comparisons = [
        {"signal": "n", "kind": "number", "column": "n", "weights": {"same": 3.0, "different": -3.0}},
        {
            "signal": "day",
            "kind": "date",
            "columns": ["né le"],
            "alike": {},
            "weights": {"same": 9.0, "different": -9.0},
        },
    ]
    keys = {"rules": [{"name": "day", "keys": ["né le"]}]}
    path = spec(tmp_path, id=None, columns={}, comparisons=comparisons, blocking=keys)
    matched = match_tables([table], tmp_path / "out.parquet", path)
    assert (matched.records, matched.clusters) == (2, 1)


def overwriting(folder: Path) -> dict[str, tuple[Path, Path | None, str]]:
    """What would be lost, by output and pairs: and the option that is named."""
    left, out = folder / "gauche.csv", folder / "out.parquet"
    (folder / "link.csv").symlink_to(left)
    (folder / "dossier.parquet").mkdir()
    return {
        "out is an input": (left, None, "--out"),
        "out is an input by another way": (folder / "dossier.parquet" / ".." / "gauche.csv", None, "--out"),
        "out is a link to an input": (folder / "link.csv", None, "--out"),
        "pairs are an input": (out, left, "--pairs"),
        "pairs are out": (out, out, "--pairs"),
        "out is the spec": (folder / "spec.yml", None, "--out"),
        "out is a folder": (folder / "dossier.parquet", None, "--out"),
        "out is of another kind": (folder / "out.xlsx", None, "--out"),
        "pairs are of no kind": (out, folder / "pairs", "--pairs"),
    }


def test_nothing_is_written_over_what_is_read(tmp_path: Path) -> None:
    inputs, by = lists(tmp_path, PLAIN, PLAIN), spec(tmp_path)
    cases = overwriting(tmp_path)
    before = {path: path.read_bytes() for path in (*inputs, by)}
    there = sorted(tmp_path.rglob("*"))
    for name, (out, pairs, option) in cases.items():
        with pytest.raises(InputError) as caught:
            match_tables(inputs, out, by, pairs)
        assert (caught.value.found or "").startswith(f"{option} : "), name
        assert option in (caught.value.next_step or ""), name
    assert {path: path.read_bytes() for path in before} == before
    assert sorted(tmp_path.rglob("*")) == there


def test_a_spec_that_somebody_has_edited_is_kept(tmp_path: Path) -> None:
    inputs, out = lists(tmp_path, PLAIN, PLAIN), tmp_path / "out.parquet"
    first = match_tables(inputs, out)
    again = match_tables(inputs, out)
    assert first.spec == again.spec == str(tmp_path / "out.spec.yml")
    assert not any("gardé tel quel" in remark for remark in again.remarks)
    proposed = Path(first.spec).read_text(encoding="utf-8")
    edited = proposed + "thresholds: {match_from: 0.7}\n"
    Path(first.spec).write_text(edited, encoding="utf-8")
    for _ in range(2):
        beside = match_tables(inputs, out)
        assert beside.spec == str(tmp_path / "out.spec-2.yml")
        assert "out.spec-2.yml" in remarks_of(beside)
        assert Path(beside.spec).read_text(encoding="utf-8") == proposed
        assert Path(first.spec).read_text(encoding="utf-8") == edited
    assert len(list(tmp_path.glob("out.spec*"))) == 2


@pytest.mark.parametrize("with_spec", [True, False], ids=["by a spec", "proposed"])
def test_a_folder_that_is_a_file_is_told(tmp_path: Path, with_spec: bool) -> None:
    inputs = lists(tmp_path, PLAIN, PLAIN)
    with pytest.raises(MachineError) as caught:
        match_tables(inputs, inputs[0] / "out.parquet", spec(tmp_path) if with_spec else None)
    assert caught.value.next_step
    assert not list(tmp_path.glob(".*"))


def test_csv_for_spreadsheets(tmp_path: Path) -> None:
    left, right = lists(tmp_path, PLAIN, PLAIN)
    odd = pd.read_csv(left, sep=";")
    odd["numéro"] = ["=1+1", "+33", "-x", "@y", "a;b", 'a"b']
    odd.to_csv(left, index=False, sep=";")
    out, pairs = tmp_path / "out.csv", tmp_path / "pairs.csv"
    matched = match_tables([left, right], out, spec(tmp_path), pairs)
    assert out.read_bytes().startswith(
        b"\xef\xbb\xbfsource;record_id;name;cluster_id;linked_source;linked_id;linked_name;probability;reason\r\n"
    )
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))[1:]
    assert [row[1] for row in rows[:6]] == ["'=1+1", "'+33", "'-x", "'@y", "a;b", 'a"b']
    assert sorted(row[3] for row in rows) == sorted(str(at) for at in range(6) for _ in range(2))
    read = pd.read_csv(pairs, sep=";", decimal=",")
    assert len(read) == matched.pairs
    assert read["probability"].between(0.0001, 0.9999).all()
    assert (read["probability"] * 10_000 % 1).round(6).isin([0, 1]).all()
    assert read["reason"].notna().sum() == matched.review


def test_people_read_names_and_headers_and_programs_the_columns_alone(tmp_path: Path) -> None:
    inputs = lists(tmp_path, PLAIN, PLAIN)
    by = spec(tmp_path)
    read = {}
    for ending in (".csv", ".parquet"):
        paths = [tmp_path / f"out{ending}", tmp_path / f"pairs{ending}"]
        match_tables(inputs, paths[0], by, paths[1])
        read[ending] = [
            pd.read_csv(p, sep=";", decimal=",") if ending == ".csv" else pd.read_parquet(p) for p in paths
        ]
    out, pairs = read[".csv"]
    names = {
        (source, str(one["numéro"])): one["Nom"]
        for source, path in (("gauche", inputs[0]), ("droite", inputs[1]))
        for one in pd.read_csv(path, sep=";").to_dict("records")
    }
    for row in out.to_dict("records"):
        assert row["name"] == names[row["source"], str(row["record_id"])]
        if pd.notna(row["linked_id"]):
            assert row["linked_name"] == names[row["linked_source"], str(row["linked_id"])]
    for row in pairs.to_dict("records"):
        assert row["left_name"] == names[row["left_source"], str(row["left_id"])]
        assert row["right_name"] == names[row["right_source"], str(row["right_id"])]
    assert out["reason"].str.contains("« Nom » (identique", regex=False).any()
    assert not any("name" in column for frame in read[".parquet"] for column in frame.columns)


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_a_table_written_part_by_part_is_the_same_table(tmp_path: Path, ending: str) -> None:
    """Also where a part has no text in a column that others have some in."""
    inputs = lists(tmp_path, PLAIN, PLAIN)
    unsure = [SPEC["comparisons"][0] | {"weights": {"same": 0.0, "different": -9.0}}, SPEC["comparisons"][1]]
    by = spec(tmp_path, comparisons=unsure, prior=-3.0, thresholds={"match_from": 0.9})

    def written(name: str) -> list[pd.DataFrame]:
        paths = [tmp_path / f"{name}{ending}", tmp_path / f"{name}-pairs{ending}"]
        match_tables(inputs, paths[0], by, paths[1])
        read = pd.read_parquet if ending == ".parquet" else partial(pd.read_csv, sep=";", decimal=",")
        return [read(path) for path in paths]

    whole = written("whole")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(match_outputs, "_AT_ONCE", 4)
        for one, other in zip(whole, written("parts"), strict=True):
            pd.testing.assert_frame_equal(one, other)


def test_what_a_person_can_do_with_doubts_is_said(tmp_path: Path) -> None:
    inputs = lists(tmp_path, PLAIN, PLAIN)
    unsure = [SPEC["comparisons"][0] | {"weights": {"same": 0.0, "different": -9.0}}, SPEC["comparisons"][1]]
    by = spec(tmp_path, comparisons=unsure, prior=-3.0, thresholds={"match_from": 0.9})
    alone = match_tables(inputs, tmp_path / "out.csv", by)
    assert alone.review == 6
    assert "relancer avec --pairs" in alone.as_text()
    shown = match_tables(inputs, tmp_path / "out.csv", by, tmp_path / "pairs.csv")
    assert f"Paires : {tmp_path / 'pairs.csv'}" in shown.as_text()
    assert "reason" in shown.as_text()


@pytest.mark.parametrize(
    ("arguments", "found", "told"),
    [
        (["gauche.csv", "droite.csv"], "une table en premier", "--auto"),
        (["--auto", "spec.yml", "gauche.csv"], "une spécification parmi les tables", "--auto"),
        (["--auto", "none.csv"], "aucun fichier à cet endroit", "vérifier le chemin"),
        (["none.yml", "gauche.csv"], "aucun fichier à cet endroit", "vérifier le chemin"),
    ],
    ids=["no spec", "a spec too many", "no such table", "no such spec"],
)
def test_what_to_do_is_said(
    tmp_path: Path,
    arguments: list[str],
    found: str,
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    lists(tmp_path, PLAIN, PLAIN)
    spec(tmp_path)
    monkeypatch.chdir(tmp_path)
    said = call("match", *arguments, "--out", "out.csv", monkeypatch=monkeypatch, capsys=capsys)
    assert said.code == 2
    assert f"Trouvé : {found}" in said.err
    assert told in said.err.partition("À faire : ")[2]
    assert not (tmp_path / "out.csv").exists()


GUIDE = Path(__file__).parents[2] / "docs" / "rapprocher-deux-listes.md"


def test_the_spec_of_the_guide_runs(tmp_path: Path) -> None:
    (told,) = re.findall(r"```yaml\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    by = tmp_path / "entreprises.yml"
    by.write_text(told, encoding="utf-8")
    left, right = lists(tmp_path, ("Code", "Nom", "Ville"), ("N° adhérent", "Raison sociale", "VILLE"))
    further = {
        "adresse complète": [f"{at} rue Orvek" for at in range(6)],
        "Tél": [f"019900123{at}" for at in range(6)],
    }
    for path, siren in ((left, "SIREN"), (right, "SIRET")):
        rows = pd.read_csv(path, sep=";").assign(**further, **{siren: None, "Adhésion": "03/02/1984"})
        rows.to_csv(path, index=False, sep=";")
    matched = match_tables([left, right], tmp_path / "out.parquet", by)
    assert same(tmp_path)
    assert matched.sources == {"gauche": 6, "droite": 6}
