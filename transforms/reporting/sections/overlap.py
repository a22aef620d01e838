"""How far the exports are about the same companies."""

from collections.abc import Mapping

import duckdb

from transforms.reporting import cells
from transforms.reporting.document import Picture, Section, Table, name, number_columns, text_column
from transforms.reporting.drawing import bars
from transforms.reporting.reading import Row, one, rows
from transforms.wording import euros, number, percent, plural

TABLES = frozenset({"founder_balance", "double_fees", "sources", "memberships", "companies"})

_BALANCE = """
SELECT *
FROM founder_balance
ORDER BY kind = 'other', len(string_split(origin, '+')), origin
"""
_RECORDS = """
SELECT (SELECT count(*) FROM memberships)                                                    AS records,
       (SELECT count(*) FROM companies)                                                      AS companies,
       (SELECT count(*) FROM (
           SELECT company_id FROM memberships GROUP BY company_id HAVING count(DISTINCT source) > 1
       ))                                                                                    AS in_several
"""
_DOUBLE = """
SELECT count(*)                                       AS companies,
       count(*) FILTER (fees_paid > 1)                AS paying_twice,
       coalesce(sum(fee_eur), 0)                      AS fee_eur,
       coalesce(sum(fee_beyond_highest_eur), 0)       AS beyond,
       max(fee_beyond_highest_eur)                    AS largest
FROM double_fees
"""
_MOST_PARTS = 6


def section(con: duckdb.DuckDBPyConnection) -> Section:
    """Each whole (members, jobs, turnover, fees) cut by origin; what is paid twice."""
    found, read, double = rows(con, _BALANCE), one(con, _RECORDS), one(con, _DOUBLE)
    titles = {row["source"]: name(row["title"]) for row in rows(con, "SELECT source, title FROM sources")}
    active = sum(row["companies"] for row in found)
    several = double["companies"]
    lead = (
        f"{plural(read['records'], 'fiche', 'fiches')} font "
        f"{plural(read['companies'], 'entreprise', 'entreprises')} ; "
        f"{number(several)} sur {plural(active, 'membre actif', 'membres actifs')} sont dans plusieurs "
        "réseaux"
        f"{f' ({percent(several / active)})' if active else ''}."
    )
    if not found:
        return Section(slug="recouvrement", title="Le recouvrement des exports", lead=lead)
    paid = (
        f"{plural(double['paying_twice'], 'entreprise paie', 'entreprises paient')} une cotisation dans "
        "plusieurs réseaux. "
        f"Si chacune ne payait plus que la plus haute, il manquerait {euros(double['beyond'])} par an"
        + (
            f" (dont {percent(double['largest'] / double['beyond'])} pour la plus grande)."
            if double["beyond"]
            else "."
        )
    )
    return Section(
        slug="recouvrement",
        title="Le recouvrement des exports",
        lead=f"{lead} {paid}",
        blocks=(_picture(found, titles), _table(found, titles, active)),
    )


def origin_name(origin: str, titles: Mapping[str, str]) -> str:
    """« clustr+numelink » as people say it."""
    parts = [titles.get(part, part) for part in origin.split("+")]
    if len(parts) > 1:
        return "les deux réseaux" if len(titles) == 2 else name(" + ".join(parts))
    return name(f"{parts[0]} seul")


def _picture(found: list[Row], titles: Mapping[str, str]) -> Picture:
    shown, others = found[:_MOST_PARTS], found[_MOST_PARTS:]
    figures = ("companies", "jobs", "turnover_eur", "fee_eur")
    parts = [
        bars.Part(origin_name(row["origin"], titles), tuple(float(row[figure] or 0) for figure in figures))
        for row in shown
    ]
    if others:
        parts.append(
            bars.Part(
                "autres combinaisons",
                tuple(sum(float(row[figure] or 0) for row in others) for figure in figures),
            )
        )
    return bars.shares(
        "origines",
        "D'où viennent les membres et leurs chiffres",
        "Parts : "
        + " ; ".join(
            f"{origin_name(row['origin'], titles)} {percent(row['share_of_companies'])} des membres"
            for row in found
        ),
        ["Membres", "Emplois", "Chiffre d'affaires", "Cotisations"],
        parts,
    )


def _table(found: list[Row], titles: Mapping[str, str], active: int) -> Table:
    return Table(
        title="Les membres selon leur réseau",
        columns=(
            text_column("Réseau"),
            *number_columns(
                "Membres",
                "Part",
                "Emplois",
                "dont le plus grand",
                "Chiffre d'affaires | M€",
                "dont le plus grand",
                "Cotisations | €",
                "dont la plus grande",
            ),
        ),
        rows=tuple(
            (
                origin_name(row["origin"], titles),
                number(row["companies"]),
                percent(row["share_of_companies"], 1),
                cells.count(row["jobs"]),
                cells.share(row["jobs_largest_share"]),
                cells.millions(row["turnover_eur"]),
                cells.share(row["turnover_largest_share"]),
                cells.count(row["fee_eur"]),
                cells.share(row["fee_largest_share"]),
            )
            for row in found
        ),
        total=(
            "Ensemble",
            number(active),
            percent(1.0, 1),
            number(cells.total(found, "jobs")),
            cells.largest(found, "jobs", "jobs_largest_share"),
            cells.millions(cells.total(found, "turnover_eur")),
            cells.largest(found, "turnover_eur", "turnover_largest_share"),
            number(cells.total(found, "fee_eur")),
            cells.largest(found, "fee_eur", "fee_largest_share"),
        ),
    )
