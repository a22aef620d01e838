"""Jobs and fees by territory, and what a common grid of fees would give."""

import duckdb

from transforms.reporting import cells, places
from transforms.reporting.document import Block, Section, Table, name, number_columns, text_column
from transforms.reporting.drawing import bars
from transforms.reporting.reading import Row, rows
from transforms.wording import euros, number

TABLES = frozenset({"territories", "fee_scenario_totals"})

_TERRITORIES = """
SELECT *
FROM territories
ORDER BY territory IN ('hors-region', 'inconnu'), jobs DESC NULLS LAST, territory
"""
_SCENARIOS = """
SELECT *
FROM fee_scenario_totals
WHERE (territory, size_class, college, networks) = ('tous', 'tous', 'tous', 'tous')
ORDER BY scenario
"""
_NAMES = {"grid": "la grille telle quelle", "same_total": "la grille, au même total qu'aujourd'hui"}


def section(con: duckdb.DuckDBPyConnection) -> Section:
    """Two panels of bars, whose hatched part is the largest contributor; two tables."""
    found = rows(con, _TERRITORIES)
    jobs, fees = cells.total(found, "jobs"), cells.total(found, "fee_eur")
    blocks: list[Block] = [
        bars.sums(
            "emplois-cotisations",
            "Emplois et cotisations par territoire ; hachuré : la part du plus grand contributeur",
            "Barres : "
            + " ; ".join(
                f"{places.short(row)} {cells.count(row['jobs'])} emplois, {cells.count(row['fee_eur'])} euros"
                for row in found
            ),
            [name(row["territory_name"]) for row in found],
            [
                ("Emplois", [bars.Sum(float(row["jobs"] or 0), row["jobs_largest_share"]) for row in found]),
                (
                    "Cotisations (€)",
                    [bars.Sum(float(row["fee_eur"] or 0), row["fee_largest_share"]) for row in found],
                ),
            ],
        ),
        _table(found, jobs, fees),
    ]
    if scenarios := [row for row in rows(con, _SCENARIOS) if row["companies"]]:
        blocks.append(_grid(scenarios))
    return Section(
        slug="emplois-cotisations",
        title="Emplois et cotisations par territoire",
        lead=_lead(found, jobs, fees),
        blocks=tuple(blocks),
    )


def _lead(found: list[Row], jobs: float, fees: float) -> str:
    if not jobs:
        return f"Aucun effectif n'est connu ; {euros(fees)} de cotisations par an."
    inside = [row for row in found if places.inside(row)]
    row = max(inside, key=lambda row: float(row["jobs"] or 0))
    return (
        f"{number(jobs)} emplois et {euros(fees)} de cotisations par an. Dans la région, le territoire « "
        f"{name(row['territory_name'])} » a le plus d'emplois ({cells.count(row['jobs'])}) ; la plus grande "
        "entreprise y en "
        f"porte {cells.share(row['jobs_largest_share'])}."
    )


def _table(found: list[Row], jobs: float, fees: float) -> Table:
    def count(column: str) -> str:
        return number(sum(row[column] for row in found))

    return Table(
        title="Emplois et cotisations",
        columns=(
            text_column("Territoire"),
            *number_columns(
                "Emplois",
                "dont le plus grand",
                "Effectif estimé | membres",
                "Effectif inconnu | membres",
                "Cotisations | €",
                "dont la plus grande",
                "Cotisation inconnue | membres",
            ),
        ),
        rows=tuple(
            (
                name(row["territory_name"]),
                cells.count(row["jobs"]),
                cells.share(row["jobs_largest_share"]),
                number(row["jobs_estimated"]),
                number(row["jobs_unknown"]),
                cells.count(row["fee_eur"]),
                cells.share(row["fee_largest_share"]),
                number(row["fee_unknown"]),
            )
            for row in found
        ),
        total=(
            "Ensemble",
            number(jobs),
            cells.largest(found, "jobs", "jobs_largest_share"),
            count("jobs_estimated"),
            count("jobs_unknown"),
            number(fees),
            cells.largest(found, "fee_eur", "fee_largest_share"),
            count("fee_unknown"),
        ),
        notes=(
            "Un effectif inconnu compte pour rien ; un effectif estimé, pour le milieu de l'intervalle "
            "déclaré.",
        ),
    )


def _grid(scenarios: list[Row]) -> Table:
    return Table(
        title="Une grille commune des cotisations : ce qu'elle changerait",
        columns=(
            text_column("Hypothèse"),
            *number_columns(
                "Total d'aujourd'hui | €",
                "dont la plus grande",
                "Total de la grille | €",
                "dont la plus grande",
                "Paieraient plus | membres",
                "Paieraient moins | membres",
                "Autant | membres",
            ),
        ),
        rows=tuple(
            (
                _NAMES.get(row["scenario"], row["scenario"]),
                cells.count(row["fee_today_eur"]),
                cells.share(row["fee_today_largest_share"]),
                cells.count(row["fee_eur"]),
                cells.share(row["fee_largest_share"]),
                number(row["pay_more"]),
                number(row["pay_less"]),
                number(row["pay_the_same"]),
            )
            for row in scenarios
        ),
        notes=("La grille est une hypothèse de l'exécution, par taille et par collège, non un tarif voté.",),
    )
