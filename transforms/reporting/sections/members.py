"""Where the members are."""

import duckdb

from transforms.reporting import cells, places
from transforms.reporting.document import Section, Table, name, number_columns, text_column
from transforms.reporting.drawing import tiles
from transforms.reporting.reading import Row, rows
from transforms.wording import number, percent

TABLES = frozenset({"territories"})

_TERRITORIES = """
SELECT *
FROM territories
ORDER BY territory IN ('hors-region', 'inconnu'), companies DESC, territory
"""


def section(con: duckdb.DuckDBPyConnection) -> Section:
    """A tile map, and the same in a table."""
    found = rows(con, _TERRITORIES)
    total = sum(row["companies"] for row in found)
    inside = [row for row in found if places.inside(row)]
    here = sum(row["companies"] for row in inside)
    return Section(
        slug="territoires",
        title="Où sont les membres",
        lead=_lead(inside, here, total),
        blocks=(
            tiles.tile_map(
                "carte",
                "Membres actifs par territoire",
                "Carte en tuiles, de l'ouest à l'est : "
                + " ; ".join(f"{row['territory_name']} {number(row['companies'])}" for row in found),
                [tiles.Tile(row["territory"], places.short(row), row["companies"]) for row in found],
            ),
            _table(found, total),
        ),
    )


def _lead(inside: list[Row], here: int, total: int) -> str:
    if not total:
        return "Aucun membre actif."
    first = inside[0]
    return (
        f"{percent(here / total)} des membres sont en Auvergne-Rhône-Alpes ; le territoire qui en réunit "
        "le plus "
        f"est « {name(first['territory_name'])} » ({number(first['companies'])}, soit "
        f"{percent(first['companies'] / total)})."
    )


def _table(found: list[Row], total: int) -> Table:
    return Table(
        title="Membres et chiffre d'affaires par territoire",
        columns=(
            text_column("Territoire"),
            *number_columns(
                "Membres",
                "Part",
                "Chiffre d'affaires | M€",
                "dont le plus grand",
                "Chiffre d'affaires inconnu | membres",
            ),
        ),
        rows=tuple(
            (
                name(row["territory_name"]),
                number(row["companies"]),
                percent(row["share_of_companies"] or 0, 1),
                cells.millions(row["turnover_eur"]),
                cells.share(row["turnover_largest_share"]),
                number(row["turnover_unknown"]),
            )
            for row in found
        ),
        total=(
            "Ensemble",
            number(total),
            percent(1.0 if total else 0.0, 1),
            cells.millions(cells.total(found, "turnover_eur")),
            cells.largest(found, "turnover_eur", "turnover_largest_share"),
            number(sum(row["turnover_unknown"] for row in found)),
        ),
        notes=("La Métropole de Lyon est comptée à part du reste du Rhône.",),
    )
