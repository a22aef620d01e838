"""What the commands say of pairs after a run that followed decisions, was asked again or was told twice."""

from pathlib import Path

import pytest
from flow_commands import Command
from pipelines import Places, rows, run_all

from flows.summary import summary


def queued(places: Places) -> set[frozenset[str]]:
    sql = """
        SELECT left_source || ':' || left_member_id, right_source || ':' || right_member_id
        FROM review_queue
    """
    return {frozenset(ends) for ends in rows(places.warehouse, sql)}


@pytest.mark.slow
def test_only_decisions_that_hold_are_reasons(
    places: Places, asking: Command, pair: tuple[str, str], tmp_path: Path
) -> None:
    asking("decide", "same", *pair, "--steward", "st-1")
    asking("decide", "unsure", *pair, "--steward", "st-1")
    said = summary(run_all(places))
    assert "1 décision suivie (alliage decide --list)" in said
    out = asking("explain", *pair).out
    assert "la décision D-0002 dit « ne sait pas », la paire n'est plus à juger" in out
    assert "laissées à part" in out
    assert "— remplacée par D-0002" in out
    assert "par la décision D-0001" not in out
    assert frozenset(pair) not in queued(places)

    asking("decide", "different", *pair, "--steward", "st-1")
    run_all(places)
    apart = asking("explain", *pair, "--svg", tmp_path / "apart.svg").out
    assert "Dans deux entreprises, par la décision D-0003." in apart
    assert "(séparées par la décision D-0003)" in apart
    drawn = (tmp_path / "apart.svg").read_text(encoding="utf-8")
    assert "séparées par la décision D-0003" in drawn
    assert "à juger" not in drawn

    asking("decide", "same", *pair, "--steward", "st-1")
    run_all(places)
    company = asking("explain", pair[0]).out
    assert "Ce qui tient l'entreprise : décision D-0004" in company
    assert "D-0003" not in company.partition("Décisions")[0]
    assert "(réunies par la décision D-0004)" in asking("explain", *pair).out


@pytest.mark.slow
def test_what_others_have_settled_leaves_the_queue(places: Places, asking: Command) -> None:
    """A is B, A is not C: nobody is asked whether B is C."""
    sql = """
        SELECT a.source || ':' || a.member_id, b.source || ':' || b.member_id, c.source || ':' || c.member_id
        FROM review_queue AS q
        JOIN memberships AS b ON (b.source, b.member_id) = (q.left_source, q.left_member_id)
        JOIN memberships AS c ON (c.source, c.member_id) = (q.right_source, q.right_member_id)
        JOIN memberships AS a
            ON a.match_status = 'single' AND a.company_id NOT IN (b.company_id, c.company_id)
        JOIN companies AS one ON one.company_id = a.company_id AND one.siren IS NULL
        ORDER BY ALL
        LIMIT 1
    """
    ((a, b, c),) = rows(places.warehouse, sql)
    asking("decide", "same", a, b, "--steward", "st-1")
    asking("decide", "different", a, c, "--steward", "st-1")
    run_all(places)
    assert frozenset((b, c)) not in queued(places)
    out = asking("explain", b, c).out
    assert "la décision D-0002 sépare leurs entreprises" in out
    assert "(séparées par d'autres décisions)" in out
