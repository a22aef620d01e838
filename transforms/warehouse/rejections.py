"""All refused cells and rows of a run under one numbering, and which of their values are personal."""

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
# does not belong; `holds_contact` is known on the connections of `workspace`. The order is total, so the
# numbers do not depend on the order in which stages wrote.
REJECTIONS = f"""
WITH united AS (
    SELECT 'raw' AS stage, * FROM build.raw.rejections
    UNION ALL BY NAME
    SELECT 'standard' AS stage, * FROM build.standard.rejections
    UNION ALL BY NAME
    SELECT 'quality' AS stage, * FROM build.quality.rejections
),

screened AS (
    SELECT
        * EXCLUDE (personal, value),
        value AS full_value,
        coalesce(
            personal
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

PUBLIC = f"({REJECTIONS})"
CONTACTS = f"(SELECT * REPLACE (full_value AS value) FROM ({REJECTIONS}) WHERE is_personal)"
