"""Companies whose id changed: what analysts have noted down would no longer be found under the same id."""

from collections.abc import Iterator

import duckdb
import pandas as pd

from transforms.clearance.finding import Finding
from transforms.gates import Gate
from transforms.wording import plural

# Companies that were in service last and still have a record; whether split or merged, their id has changed.
_CHANGED = """
WITH known AS (
    SELECT before.company_id AS old_id, now.company_id AS new_id
    FROM continuity.records AS records
    JOIN golden.memberships AS now USING (source, member_id)
    JOIN register AS before
        ON (before.source, before.member_id, before.first_run)
            = (records.source, records.known_member_id, records.known_first_run)
    WHERE before.last_run = $published
)
SELECT count(DISTINCT old_id), count(DISTINCT old_id) FILTER (old_id <> new_id)
FROM known
"""
# A few mergers and partings a night are what a merge is for.
_LEAST = 10


def findings(
    con: duckdb.DuckDBPyConnection, register: pd.DataFrame, published: str | None, most: float
) -> Iterator[Finding]:
    """The share of companies of the last publication a record of which bears another id now.

    Args:
        con: the build database.
        register: as it was before this run, by `read_register`.
        published: the run that saw the last publication; None if there was none.
        most: the limit.
    """
    con.register("register", register[["source", "member_id", "company_id", "first_run", "last_run"]])
    ((companies, changed),) = con.execute(_CHANGED, {"published": published or ""}).fetchall()
    con.unregister("register")
    share = changed / companies if companies else 0.0
    told = f"{plural(changed, 'entreprise', 'entreprises')} sur {companies} ({100 * share:.0f} %)"
    yield Finding(
        gate=Gate.COMPANY_IDS,
        holds=changed < _LEAST or share <= most,
        found=told if companies else "rien à comparer",
        expected=f"{100 * most:.0f} % au plus dont l'identifiant change",
        fix="lire la liste des entreprises réunies et séparées par une simulation : un dossier d'état "
        "ancien, des probabilités ou des poids changés font changer beaucoup d'identifiants",
    )
