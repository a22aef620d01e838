"""All refused cells and rows of a run under one numbering, and which of their values are personal."""

import duckdb

STAGES = ("raw", "standard", "quality")

# Identifiers and amounts look like telephone numbers; in these fields ten digits stay what they are.
_NUMERIC_FIELDS = (
    "member_id",
    "siren",
    "siret",
    "tva",
    "rna",
    "postcode",
    "naf_code",
    "headcount",
    "turnover",
    "fee",
    "joined_on",
)
# A value is personal if its field is, and also if an e-mail address or a telephone number stands where it
# does not belong. The order is total, so the numbers do not depend on the order in which stages wrote.
_REJECTIONS = f"""
CREATE TEMP TABLE _rejections AS
WITH united AS (
    {
    " UNION ALL BY NAME ".join(
        f"SELECT '{stage}' AS stage, * FROM build.{stage}.rejections" for stage in STAGES
    )
}
),

screened AS (
    SELECT
        * EXCLUDE (personal, value),
        value AS full_value,
        coalesce(
            personal
            OR (field NOT IN ('name', 'trade_name', 'website') AND names_person(value))
            OR ((field NOT IN {_NUMERIC_FIELDS} OR contains(value, '@')) AND holds_contact(value)),
            false
        ) AS is_personal
    FROM united
)

SELECT
    row_number() OVER (
        ORDER BY
            source, file, sheet, source_row, field, rule, stage,
            member_id, column_name, full_value, severity, message, is_personal
    ) AS rejection_no,
    * EXCLUDE (full_value),
    CASE WHEN NOT is_personal THEN full_value END AS value,
    full_value
FROM screened
"""

PUBLIC = "temp._rejections"
CONTACTS = f"(SELECT * REPLACE (full_value AS value) FROM {PUBLIC} WHERE is_personal)"


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Unite the rejections of the attached `build`: `PUBLIC` for the warehouse, `CONTACTS` for contacts.

    `con` knows `screen.holds_contact`.
    """
    con.execute(_REJECTIONS)
