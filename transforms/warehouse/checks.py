"""Plain SQL over the finished file, reopened read-only: what must hold before it may be published."""

from collections.abc import Iterator

import duckdb
from pydantic import BaseModel, ConfigDict

from transforms.errors import GateError
from transforms.warehouse import rejections, screen, tables
from transforms.warehouse.publish import COPIED
from transforms.warehouse.tables import contract_sources

_EXAMPLES = 3

# Columns of companies that count or weigh the grouping; no single record is their origin.
WITHOUT_LINEAGE = ("company_id", "n_records", "confidence")


class Check(BaseModel):
    """One law of the warehouse: `sql` gives one column, a name for each breach; no row if the law holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    problem: str
    sql: str


def _key(prefix: str = "") -> str:
    return f"concat({prefix}source, ' ', {prefix}member_id)"


_REJECTED = " + ".join(f"(SELECT count(*) FROM build.{stage}.rejections)" for stage in rejections.STAGES)

_FIXED = (
    Check(
        name="membership_company",
        problem="des adhésions renvoient à une entreprise absente",
        sql=f"SELECT {_key()} FROM memberships ANTI JOIN companies USING (company_id)",
    ),
    Check(
        name="company_membership",
        problem="des entreprises n'ont aucune adhésion",
        sql="SELECT company_id FROM companies ANTI JOIN memberships USING (company_id)",
    ),
    Check(
        name="company_n_records",
        problem="le nombre de fiches d'une entreprise ne correspond pas à ses adhésions",
        sql="""
            SELECT company_id
            FROM companies
            INNER JOIN (SELECT company_id, count(*) AS found FROM memberships GROUP BY company_id)
            USING (company_id)
            WHERE n_records <> found
        """,
    ),
    Check(
        name="company_two_siren",
        problem="des entreprises réunissent deux SIREN valides différents",
        sql="""
            SELECT company_id
            FROM memberships
            INNER JOIN build.standard.records AS records USING (source, member_id)
            LEFT JOIN build.matching.sirens AS corrected USING (source, member_id)
            GROUP BY company_id
            HAVING count(DISTINCT coalesce(corrected.siren, records.siren)) > 1
        """,
    ),
    Check(
        name="record_membership",
        problem="des fiches n'ont pas d'adhésion, ou des adhésions pas de fiche",
        sql=f"""
            SELECT coalesce({_key("records.")}, {_key("memberships.")})
            FROM build.standard.records AS records
            FULL JOIN memberships USING (source, member_id)
            WHERE records.source IS NULL OR memberships.source IS NULL
        """,
    ),
    Check(
        name="pair_membership",
        problem="des paires comparées ou à juger nomment une fiche sans adhésion",
        sql=f"""
            SELECT DISTINCT {_key()}
            FROM (
                SELECT left_source AS source, left_member_id AS member_id FROM match_pairs
                UNION ALL
                SELECT right_source, right_member_id FROM match_pairs
                UNION ALL
                SELECT left_source, left_member_id FROM review_queue
                UNION ALL
                SELECT right_source, right_member_id FROM review_queue
            )
            ANTI JOIN memberships USING (source, member_id)
        """,
    ),
    Check(
        name="alias_retired",
        problem="des identifiants retirés désignent encore une entreprise",
        sql="SELECT retired_id FROM company_aliases SEMI JOIN companies ON companies.company_id = retired_id",
    ),
    Check(
        name="fees_records",
        problem="le total des cotisations des adhésions diffère de celui des fiches",
        sql="""
            SELECT concat(published, ' € au lieu de ', expected, ' €')
            FROM (SELECT coalesce(sum(fee_eur), 0) AS published FROM memberships)
            CROSS JOIN (SELECT coalesce(sum(fee_eur), 0) AS expected FROM build.standard.records)
            WHERE published <> expected
        """,
    ),
    Check(
        name="fees_companies",
        problem="la cotisation d'une entreprise n'est pas la somme de ses adhésions actives",
        sql="""
            SELECT company_id
            FROM companies
            INNER JOIN (
                SELECT company_id, sum(fee_eur) FILTER (is_active) AS expected
                FROM memberships
                GROUP BY company_id
            ) USING (company_id)
            WHERE fee_eur IS DISTINCT FROM expected
        """,
    ),
    Check(
        name="marts_total",
        problem="un tableau de synthèse ne compte pas toutes les entreprises actives",
        sql="""
            SELECT mart
            FROM (
                SELECT 'territories' AS mart, sum(companies) AS counted, sum(fee_eur) AS fees FROM territories
                UNION ALL
                SELECT 'founder_balance', sum(companies), sum(fee_eur) FROM founder_balance
                UNION ALL
                SELECT concat('fee_scenarios ', scenario), count(*), sum(fee_today_eur)
                FROM fee_scenarios
                GROUP BY scenario
                UNION ALL
                SELECT concat('fee_scenario_totals ', scenario), companies, fee_today_eur
                FROM fee_scenario_totals
                WHERE (territory, size_class, college, networks) = ('tous', 'tous', 'tous', 'tous')
            )
            CROSS JOIN (
                SELECT count(*) AS expected, sum(fee_eur) AS expected_fees
                FROM companies
                WHERE is_active
            )
            WHERE coalesce(counted, 0) <> expected OR coalesce(fees, 0) <> coalesce(expected_fees, 0)
        """,
    ),
    Check(
        name="board_members",
        problem="les sièges ne sont pas partagés entre toutes les entreprises actives",
        sql="""
            SELECT coalesce(board_seats.territory, active.territory)
            FROM board_seats
            FULL JOIN (
                SELECT coalesce(territory, 'inconnu') AS territory, count(*) AS expected
                FROM companies
                WHERE is_active
                GROUP BY ALL
            ) AS active USING (territory)
            WHERE coalesce(expected, 0) IS DISTINCT FROM members + members_not_counted
        """,
    ),
    Check(
        name="board_total",
        problem="un tableau ne donne pas autant de sièges que board_seats",
        sql="""
            WITH totals AS (
                SELECT concat(method, ' ', weighting) AS told, sum(seats) AS given
                FROM board_seat_scenarios
                GROUP BY told
                UNION ALL
                SELECT rule, sum(seats) FROM board_seats_by_founder GROUP BY rule
                UNION ALL
                SELECT 'board_seats_by_college', sum(seats) FROM board_seats_by_college
            )

            SELECT told
            FROM totals
            CROSS JOIN (SELECT sum(seats) AS expected FROM board_seats)
            WHERE given <> expected
        """,
    ),
    Check(
        name="board_fees",
        problem="un tableau ne partage pas autant de cotisations que board_seats",
        # Each row of a founder is rounded to the cent.
        sql="""
            WITH totals AS (
                SELECT rule AS told, sum(fee_eur) AS given, count(*) AS parts
                FROM board_seats_by_founder
                GROUP BY rule
                UNION ALL
                SELECT 'board_seats_by_college', sum(fee_eur), count(*) FROM board_seats_by_college
            )

            SELECT told
            FROM totals
            CROSS JOIN (SELECT sum(fee_eur) AS expected FROM board_seats WHERE holds_seats)
            WHERE abs(given - expected) > 0.005 * parts
        """,
    ),
    Check(
        name="rejected_rows_complete",
        problem="le nombre des refus diffère de celui des étapes",
        sql=f"""
            SELECT concat(published, ' au lieu de ', expected)
            FROM (SELECT count(*) AS published FROM rejected_rows)
            CROSS JOIN (SELECT {_REJECTED} AS expected)
            WHERE published <> expected
        """,
    ),
    Check(
        name="personal_values",
        problem="la valeur d'une donnée de contact refusée est restée dans l'entrepôt",
        sql="""
            SELECT rejection_no
            FROM rejected_rows
            SEMI JOIN contacts.rejected_contacts USING (rejection_no)
            WHERE value IS NOT NULL
        """,
    ),
)


def all_checks(sources: tuple[str, ...]) -> Iterator[Check]:
    """Every check for a warehouse of these sources."""
    yield from _FIXED
    yield _active_check(sources)
    yield _lineage_check(sources)
    yield _contacts_check(sources)
    for name, origin in COPIED.items():
        yield Check(
            name=f"copy_{name}",
            problem=f"la table {name} n'a pas le nombre de lignes construit",
            sql=f"""
                SELECT '{name}'
                WHERE (SELECT count(*) FROM {name}) <> (SELECT count(*) FROM build.{origin})
            """,
        )


def _active_check(sources: tuple[str, ...]) -> Check:
    flags = {"is_active": "is_active"} | {
        f"in_{source}": f"is_active AND source = {tables.literal(source)}" for source in sources
    }
    expected = ", ".join(f'bool_or({condition}) AS "expected_{flag}"' for flag, condition in flags.items())
    differs = " OR ".join(f'"{flag}" <> "expected_{flag}"' for flag in flags)
    return Check(
        name="company_active",
        problem="des entreprises sont dites actives à tort, ou l'inverse",
        sql=f"""
            SELECT company_id
            FROM companies
            INNER JOIN (SELECT company_id, {expected} FROM memberships GROUP BY company_id)
            USING (company_id)
            WHERE {differs}
        """,
    )


def _contacts_check(sources: tuple[str, ...]) -> Check:
    """No text of a public table says how to reach a person; the culprit is the column, never the value."""
    found = [
        f"SELECT {tables.literal(f'{table.name}, {condition}')} FROM {table.name} WHERE {condition}"
        for table in (one.for_sources(sources) for one in tables.tables("public").values())
        for condition in screen.findings(table)
    ]
    return Check(
        name="no_contact",
        problem="une adresse électronique ou un téléphone est resté dans l'entrepôt",
        sql=" UNION ALL ".join(found),
    )


def _lineage_check(sources: tuple[str, ...]) -> Check:
    names = tables.public_table("companies", sources=sources).column_names
    cells = ", ".join(f'"{name}"::VARCHAR AS "{name}"' for name in names if name not in WITHOUT_LINEAGE)
    return Check(
        name="lineage_complete",
        problem="des cellules n'ont pas d'origine, ou des origines pas de cellule",
        sql=f"""
            WITH cells AS (
                UNPIVOT (SELECT company_id, {cells} FROM companies)
                ON COLUMNS(* EXCLUDE (company_id))
                INTO NAME field VALUE cell
            )
            SELECT concat(company_id, ' ', field)
            FROM cells
            FULL JOIN lineage USING (company_id, field)
            WHERE cell IS NULL OR lineage.value IS NULL
        """,
    )


def run_checks(con: duckdb.DuckDBPyConnection) -> int:
    """Check the finished files on a connection within `workspace.reopened`; returns the number of checks.

    Raises:
        GateError: at least one law is broken; the message lists each with a few of its culprits.
    """
    checks = list(all_checks(contract_sources(con, build="build.")))
    broken = [text for check in checks if (text := _breach(con, check))]
    if broken:
        raise _refusal(" ; ".join(broken), "un entrepôt qui passe tous les contrôles")
    return len(checks)


def broken_key(error: duckdb.ConstraintException) -> GateError:
    """The refusal of a build whose rows break a declared key or lack a required value."""
    return _refusal(str(error).partition("\n")[0], "des clés uniques et des valeurs obligatoires présentes")


def _refusal(found: str, expected: str) -> GateError:
    return GateError(
        "L'entrepôt construit est incohérent : il ne sera pas publié.",
        found=found,
        expected=expected,
        next_step="transmettre ce message aux mainteneurs ; l'entrepôt publié n'a pas changé",
    )


def _breach(con: duckdb.DuckDBPyConnection, check: Check) -> str | None:
    examples = f"list(culprit::VARCHAR ORDER BY culprit)[:{_EXAMPLES}]"
    query = f"SELECT count(*), {examples} FROM ({check.sql}) AS _(culprit)"
    ((count, culprits),) = con.execute(query).fetchall()
    return f"{check.name} : {check.problem} ({count}, par exemple {', '.join(culprits)})" if count else None
