"""What closes a gate, and what the message tells a person to do about it."""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from transforms.continuity import exports, figures, state_folder
from transforms.continuity.gates import Finding, lifted
from transforms.continuity.history import last_of_each_source, services
from transforms.continuity.naming import Naming
from transforms.errors import GateError
from transforms.gates import Gate
from transforms.warehouse.register import ALIASES_FILE, KEY_FILE, REGISTER_FILE
from transforms.warehouse.runs import RunInput

NAMING = Naming({}, {}, {})
OLDER, SHORTER = (
    Finding(gate=gate, source="north", file="members.csv", found="…", expected="…")
    for gate in (Gate.OLDER_EXPORT, Gate.FEWER_ROWS)
)


@pytest.mark.parametrize("force", [[], [Gate.OLDER_EXPORT], [Gate.FEWER_ROWS]])
def test_the_next_step_lifts_every_gate_that_found_something(force: list[Gate]) -> None:
    with pytest.raises(GateError) as caught:
        lifted([OLDER, SHORTER], force, NAMING)
    assert str(caught.value.next_step).endswith("--force export_ancien --force moins_de_lignes")


def test_lifted_gates_are_told() -> None:
    texts = [remark.text for remark in lifted([OLDER, SHORTER], [Gate.OLDER_EXPORT, Gate.FEWER_ROWS], NAMING)]
    assert texts == ["Contrôle levé (export_ancien) : ….", "Contrôle levé (moins_de_lignes) : …."]


def export(source: str = "north", records: int = 100, day: int = 1) -> RunInput:
    return RunInput(
        source=source, file=f"{source}.csv", sha256="0", export_date=date(2026, 1, day), records=records
    )


def logged(run_id: str, *inputs: RunInput, verdict: str = "published", **more: Any) -> Mapping[str, Any]:
    exports_read = [json.loads(one.model_dump_json()) for one in inputs]
    started = {"started_at": "2026-01-05T04:15:00", "counts": {"continuity.same": 3, "match.groups": 2}}
    return {
        "run_id": run_id,
        "verdict": verdict,
        "inputs": exports_read,
        "parameters": "{}",
        **started,
        **more,
    }


def restored(run_id: str, version: str) -> Mapping[str, Any]:
    return logged(run_id, verdict="restored", parameters=json.dumps({"version": version}))


SERVICES = {
    "the last publication": (["r1", "r2"], "r2", ["r1", "r2"]),
    "a run for another warehouse came after it": (["r1", "r2"], "r1", ["r1"]),
    "a warehouse that nobody published": (["r1", "r2"], None, ["r1", "r2"]),
    "a warehouse that the log does not know": (["r1", "r2"], "r9", ["r1", "r2"]),
    "an earlier version put back": (["r1", "r2", "r1 by r3"], "r1", ["r1", "r2", "r1"]),
    "refused runs served nobody": (["r1", "refused r2"], "r1", ["r1"]),
}  # fmt: skip


@pytest.mark.parametrize(("log", "published", "expected"), SERVICES.values(), ids=SERVICES)
def test_what_was_in_service(log: list[str], published: str | None, expected: list[str]) -> None:
    runs = [
        logged(one.removeprefix("refused "), verdict="refused") if one.startswith("refused")
        else restored(one[-2:], one[:2]) if " by " in one
        else logged(one)
        for one in log
    ]  # fmt: skip
    assert [service.run_id for service in services(runs, published)] == expected


def test_a_source_that_was_absent_is_compared_with_its_own_last_publication() -> None:
    past = services(
        [logged("r1", export("north"), export("south", records=80)), logged("r2", export())], "r2"
    )
    last = last_of_each_source(past)
    assert last["south"] == (export("south", records=80), {"same": 3})
    shorter = [export("south", records=30)]
    (found,) = exports.findings(
        shorter, {name: one for name, (one, _) in last.items()}, exports.ExportParameters()
    )
    assert found.found == "30 fiches au lieu de 80 à la dernière publication"


def kept(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).touch()
    return folder


ALL = (REGISTER_FILE, ALIASES_FILE, KEY_FILE)
STATES = {
    "never published": ([], None, (), []),
    "all there": (["r1"], "r1", ALL, []),
    "a new warehouse beside the usual one": (["r1"], None, ALL, []),
    "the whole folder gone": ([], "r1", (), ["un journal qui ne connaît pas l'exécution r1"]),
    "a copy from before the last publication": (["r0"], "r1", ALL, ["un journal qui ne connaît pas"]),
    "the register gone": (["r1"], "r1", ALL[1:], [f"fichiers absents : {REGISTER_FILE}"]),
    "the key of the fingerprints gone": (["r1"], "r1", ALL[:2], [f"fichiers absents : {KEY_FILE}"]),
}  # fmt: skip


@pytest.mark.parametrize(("runs", "published", "names", "expected"), STATES.values(), ids=STATES)
def test_a_state_folder_that_is_not_the_warehouse_s_own(
    runs: list[str], published: str | None, names: tuple[str, ...], expected: list[str], tmp_path: Path
) -> None:
    state = kept(tmp_path, *names)
    found = list(state_folder.findings(state, [logged(run) for run in runs], published))
    assert len(found) == len(expected)
    assert all(one.found.startswith(text) for one, text in zip(found, expected, strict=True))
    if found:
        with pytest.raises(GateError, match="Le dossier d'état n'est pas celui") as caught:
            lifted(found, [], NAMING)
        assert caught.value.where is not None
        assert caught.value.where.file == str(state)
        assert "--force dossier_etat" in str(caught.value.next_step)


def fees(amounts: list[float | None]) -> dict[str, int]:
    with duckdb.connect() as con:
        con.execute("CREATE SCHEMA standard")
        con.execute(
            "CREATE TABLE standard.records AS SELECT 'north' AS source, NULL::DOUBLE AS turnover_eur, "
            "unnest($1)::DECIMAL(14,2) AS fee_eur",
            [amounts],
        )
        return figures.medians(con)


FEE = "median_cents_fee_eur_north"
MEDIANS = {
    "cents are kept": ([0.45] * 20, 45),
    "zeros and gaps do not count": ([450.0] * 20 + [0.0, None] * 30, 45_000),
    "no amount at all": ([None, 0.0] * 20, None),
    "too few to say": ([450.0] * 19 + [None], None),
}  # fmt: skip


@pytest.mark.parametrize(("amounts", "expected"), MEDIANS.values(), ids=MEDIANS)
def test_medians(amounts: list[float | None], expected: int | None) -> None:
    assert fees(amounts).get(FEE) == expected


UNITS = {
    "as before": (45_000, 44_000, None),
    "thousands of euros": (45, 45_000, "cotisation, médiane de 0,45 € au lieu de 450 €"),
    "cents": (4_500_000, 45_000, "cotisation, médiane de 45\u202f000 € au lieu de 450 €"),
    "all gone, which another gate tells": (0, 45_000, None),
    "few left": (None, 45_000, None),
    "none before either": (0, 0, None),
    "the first ones": (45_000, 0, None),
    "never seen before": (45_000, None, None),
}  # fmt: skip


@pytest.mark.parametrize(("now", "then", "expected"), UNITS.values(), ids=UNITS)
def test_units_that_changed(now: int | None, then: int | None, expected: str | None) -> None:
    counts, before = ({FEE: cents} if cents is not None else {} for cents in (now, then))
    found = [one.found for one in figures.findings([export()], counts, {"north": before})]
    assert len(found) == (expected is not None)
    assert all(text.startswith(str(expected)) for text in found)
