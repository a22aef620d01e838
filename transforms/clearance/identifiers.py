"""Identifiers of companies that were refused: a source whose numbers a spreadsheet has ruined."""

from collections.abc import Iterator

import duckdb

from transforms.clearance.finding import Finding
from transforms.gates import Gate
from transforms.wording import plural

_REFUSED = """
WITH given AS (
    SELECT source, count(siren) + count(siret) + count(tva) + count(rna) AS cells
    FROM raw.records
    GROUP BY source
),
refused AS (
    SELECT source, count(DISTINCT (source_row, field)) AS cells
    FROM standard.rejections
    WHERE field IN ('siren', 'siret', 'tva', 'rna') AND severity = 'warning'
    GROUP BY source
)
SELECT sources.source, sources.title, coalesce(given.cells, 0), coalesce(refused.cells, 0)
FROM raw.sources AS sources
LEFT JOIN given USING (source)
LEFT JOIN refused USING (source)
ORDER BY sources.source
"""
# Of a handful of identifiers a few are soon a large share.
_LEAST = 10


def findings(con: duckdb.DuckDBPyConnection, most: float) -> Iterator[Finding]:
    """For each source, the share of its identifier cells that were refused; `most` is the limit."""
    for source, title, given, refused in con.execute(_REFUSED).fetchall():
        share = refused / given if given else 0.0
        yield Finding(
            gate=Gate.INVALID_IDS,
            source=source,
            holds=refused < _LEAST or share <= most,
            found=f"{plural(refused, 'identifiant invalide', 'identifiants invalides')} sur {given} "
            f"({100 * share:.0f} %)",
            expected=f"{100 * most:.0f} % au plus",
            fix=f"ouvrir l'export de {title} : un tableur a souvent arrondi ou coupé les SIRET ; demander "
            "l'export tel que le logiciel du réseau l'écrit",
        )
