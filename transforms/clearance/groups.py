"""The largest company, in records: one wrong link after the other makes a group that is no company."""

from collections.abc import Iterator

import duckdb

from transforms.clearance.finding import Finding
from transforms.gates import Gate
from transforms.wording import plural

_LARGEST = """
SELECT company_id, count(*) AS records
FROM golden.memberships
GROUP BY company_id
ORDER BY records DESC, company_id
LIMIT 1
"""


def findings(con: duckdb.DuckDBPyConnection, most: int) -> Iterator[Finding]:
    """The company with most records, and how many; `most` is the limit."""
    for company_id, records in con.execute(_LARGEST).fetchall():
        yield Finding(
            gate=Gate.LARGEST_GROUP,
            holds=records <= most,
            found=f"{plural(records, 'fiche', 'fiches')} dans la plus grande entreprise",
            expected=f"{plural(most, 'fiche', 'fiches')} au plus",
            detail=f" ({company_id})",
            fix="relever la probabilité de fusion, ou chercher une valeur répétée dans les exports (un même "
            "SIREN ou un même téléphone sur beaucoup de lignes)",
        )
