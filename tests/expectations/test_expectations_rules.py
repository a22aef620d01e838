"""Each quality rule fails, alone, when the one cell it guards is corrupted."""

from dataclasses import dataclass
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from expectations import runner
from expectations.checks import shaped
from expectations.rules import Data, Limits, judge
from expectations.stage import RULES
from expectations.standard import _DEPARTEMENT, departements_of
from transforms.errors import GateError
from transforms.refusals import refusal

LIMITS = Limits(group_max=2)
ALL = object()
TABLES = ["raw.sources", "raw.records", "standard.records", "golden.companies", "golden.memberships"]


@dataclass(frozen=True)
class Corruption:
    """The rule that must fail when `column` of the row that begins with `row` holds `value`.

    Without a column the row itself is dropped; `ALL` drops all rows.
    """

    rule: str
    table: str
    row: Any
    column: str | None = None
    value: Any = None


CORRUPTIONS = [
    Corruption("raw_sources_present", "raw.sources", ALL),
    Corruption("raw_records_enough", "raw.records", "G1"),
    Corruption("raw_key_known", "raw.records", "A4", "source", "omega"),
    Corruption("raw_key_known", "raw.records", "A4", "member_id", " "),
    Corruption("raw_key_unique", "raw.records", "A4", "member_id", "A5"),
    Corruption("raw_lines_add_up", "raw.sources", "alpha", "rows_read", 10),
    Corruption("raw_lines_add_up", "raw.sources", "alpha", "records", 5),
    Corruption("raw_lines_add_up", "raw.records", "A4"),
    Corruption("raw_name_present", "raw.records", "A4", "name", "  "),
    Corruption("standard_key_unique", "standard.records", "A4", "member_id", "A5"),
    Corruption("standard_key_known", "standard.records", "A4", "member_id", "A9"),
    Corruption("standard_records_enough", "standard.records", "G1"),
    Corruption("standard_records_kept", "standard.records", "A4"),
    Corruption("standard_name_present", "standard.records", "A4", "name", ""),
    Corruption("standard_siren_format", "standard.records", "A3", "siren", "12312312"),
    Corruption("standard_siren_checksum", "standard.records", "A3", "siren", "123123123"),
    Corruption("standard_siret_format", "standard.records", "A3", "siret", "1,23123E+13"),
    Corruption("standard_siret_checksum", "standard.records", "A3", "siret", "12312312300000"),
    Corruption("standard_tva_format", "standard.records", "A3", "tva", "BE0123456789"),
    Corruption("standard_tva_checksum", "standard.records", "A3", "tva", "FR00123123123"),
    Corruption("standard_rna_format", "standard.records", "A3", "rna", "691234567"),
    Corruption("standard_identifier_statuses", "standard.records", "A3", "tva_status", "ok"),
    Corruption("standard_naf_format", "standard.records", "A3", "naf_code", "6201Z"),
    Corruption("standard_postcode_format", "standard.records", "A3", "postcode", "6900"),
    Corruption("standard_departement_known", "standard.records", "A3", "departement", "20"),
    Corruption("standard_territory_known", "standard.records", "A3", "territory", "atlantide"),
    Corruption("standard_place_agrees", "standard.records", "A3", "postcode", "01000"),
    Corruption("standard_place_agrees", "standard.records", "A3", "departement", "42"),
    Corruption("standard_place_agrees", "standard.records", "A3", "territory", "hors-region"),
    Corruption("standard_phone_format", "standard.records", "A3", "phone", "0472000000"),
    Corruption("standard_email_format", "standard.records", "A3", "email", "contact@localhost"),
    Corruption("standard_website_format", "standard.records", "A3", "website", "www.atelier-invente.fr"),
    Corruption("standard_jobs_plausible", "standard.records", "A3", "jobs", -12.0),
    Corruption("standard_jobs_ordered", "standard.records", "A3", "jobs_low", 13.0),
    Corruption("standard_turnover_plausible", "standard.records", "B1", "turnover_eur", -1.0),
    Corruption("standard_turnover_ordered", "standard.records", "A3", "turnover_eur_high", 1.0),
    Corruption("standard_figure_kinds", "standard.records", "A3", "jobs_kind", "guess"),
    Corruption("standard_fee_plausible", "standard.records", "G1", "fee_eur", -5.0),
    Corruption("standard_joined_in_range", "standard.records", "A3", "joined_on", pd.Timestamp(1899, 12, 30)),
    Corruption("standard_joined_in_range", "standard.records", "A3", "joined_on", pd.Timestamp(2026, 3, 1)),
    Corruption("standard_joined_precision", "standard.records", "A3", "joined_precision", "month"),
    Corruption("golden_company_key", "golden.companies", "C7", "company_id", "C2"),
    Corruption("golden_company_key", "golden.companies", "C7", "company_id", ""),
    Corruption("golden_key_unique", "golden.memberships", "A5", "member_id", "A6"),
    Corruption("golden_key_known", "golden.memberships", "A5", "member_id", "A9"),
    Corruption("golden_records_enough", "golden.memberships", "G1"),
    Corruption("golden_records_kept", "golden.memberships", "A5"),
    Corruption("golden_company_exists", "golden.memberships", "A5", "company_id", "C9"),
    Corruption("golden_company_has_members", "golden.memberships", "A4", "company_id", "C3"),
    Corruption("golden_one_siren", "standard.records", "B1", "siren", "444555668"),
    Corruption("golden_fees_kept", "golden.memberships", "A1", "fee_eur", 1.0),
    Corruption("golden_fees_kept", "standard.records", "A1", "fee_eur", None),
    Corruption("golden_fee_is_sum", "golden.companies", "C1", "fee_eur", 100.0),
    Corruption("golden_turnovers_agree", "standard.records", "B1", "turnover_eur", 20_000_001.0),
    Corruption("golden_group_is_small", "golden.memberships", "A5", "company_id", "C2"),
    Corruption("golden_name_present", "golden.companies", "C3", "name", " "),
    Corruption("golden_siren_valid", "golden.companies", "C3", "siren", "123123123"),
    Corruption("golden_siren_shared", "golden.companies", "C3", "siren", "111222337"),
    Corruption("golden_siren_status", "golden.companies", "C3", "siren_status", "ok"),
    Corruption("golden_territory_known", "golden.companies", "C3", "territory", "atlantide"),
    Corruption("golden_jobs_plausible", "golden.companies", "C3", "jobs", -12.0),
    Corruption("golden_jobs_ordered", "golden.companies", "C3", "jobs_low", 13.0),
    Corruption("golden_turnover_plausible", "golden.companies", "C3", "turnover_eur", -1.0),
    Corruption("golden_turnover_ordered", "golden.companies", "C3", "turnover_eur_high", 1.0),
    Corruption("golden_figure_kinds", "golden.companies", "C3", "jobs_kind", "guess"),
    Corruption("golden_match_status", "golden.memberships", "A5", "match_status", "guessed"),
]


def corrupted(frames: dict[str, pd.DataFrame], corruption: Corruption) -> Data:
    frame = frames[corruption.table].copy()
    # The rows of companies and sources begin with their key, those of records with the source.
    key = "member_id" if "member_id" in frame else frame.columns[0]
    hit = frame[key].notna() if corruption.row is ALL else frame[key] == corruption.row
    assert hit.any()
    if corruption.column is None:
        frame = frame[~hit]
    else:
        frame[corruption.column] = frame[corruption.column].where(~hit, corruption.value)
    return Data(frames | {corruption.table: frame}, LIMITS)


def failing(outcomes: list[runner.Outcome]) -> set[str]:
    return {one.rule.name for one in outcomes if not one.success}


def test_sound_data_passes_every_rule_and_every_rule_looks_at_something(frames):
    outcomes = runner.run(RULES, Data(frames, LIMITS))
    assert failing(outcomes) == set()
    assert [one.rule.name for one in outcomes if one.checked == 0] == []


@pytest.mark.parametrize("corruption", CORRUPTIONS, ids=lambda one: f"{one.rule}-{one.table}.{one.column}")
def test_one_corruption_fails_its_rule_and_no_other(frames, corruption):
    data = corrupted(frames, corruption)
    verdicts = {one.rule.name: one for one in judge(RULES, data)}
    unfavourable = {name for name, one in verdicts.items() if one.passes is not None and not one.passes.all()}
    assert unfavourable <= {corruption.rule}
    assert failing(runner.expect([verdicts[corruption.rule]], data)) == {corruption.rule}


def test_corruptions_of_several_tables_are_all_seen_in_one_run(frames):
    chosen = {"raw_name_present", "standard_siret_checksum", "golden_siren_status", "golden_match_status"}
    for corruption in CORRUPTIONS:
        if corruption.rule in chosen:
            frames = dict(corrupted(frames, corruption).frames)
    assert failing(runner.run(RULES, Data(frames, LIMITS))) == chosen


def test_every_rule_is_corrupted_somewhere():
    assert {one.rule for one in CORRUPTIONS} == {rule.name for rule in RULES}


def test_rules_need_only_critical_rules_judged_before_them():
    # Otherwise a fault could hide another one behind a mere warning, or behind a rule not yet judged.
    names = [rule.name for rule in RULES]
    for rule in RULES:
        assert all(refusal(need).severity == "critical" for need in rule.needs), rule.name
        assert all(names.index(need) < names.index(rule.name) for need in rule.needs), rule.name


def test_rules_have_one_name_each_and_texts_for_what_a_cluster_corrects():
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert all(rule.texts.problem.endswith(".") for rule in RULES)


@pytest.mark.parametrize("table", TABLES)
def test_an_empty_table_never_passes(frames, table):
    emptied = Data(frames | {table: frames[table].iloc[:0]}, LIMITS)
    assert failing(runner.run(RULES, emptied))


@pytest.mark.parametrize("table", ["raw.sources", "standard.records", "golden.memberships"])
def test_a_missing_column_is_an_error_and_not_a_pass(frames, table):
    with pytest.raises(GateError, match="n'a pas pu être fait"):
        runner.run(RULES, Data(frames | {table: frames[table].drop(columns="source")}, LIMITS))


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_order_of_rows_changes_no_verdict(frames, seed):
    for corruption in CORRUPTIONS[::15]:
        data = corrupted(frames, corruption)
        shuffled = {name: frame.sample(frac=1, random_state=seed) for name, frame in data.frames.items()}
        for before, after in zip(judge(RULES, data), judge(RULES, Data(shuffled, LIMITS)), strict=True):
            if before.passes is not None:
                pd.testing.assert_series_equal(before.passes, after.passes.sort_index(), check_names=False)


@pytest.mark.parametrize("departement", ["98", "980"])
def test_monaco_has_a_departement_of_its_own(departement: str) -> None:
    assert departement in departements_of("98000")
    places = pd.DataFrame({"departement": [departement]})
    assert shaped("departement", _DEPARTEMENT)(places, Data({}, LIMITS)).all()
