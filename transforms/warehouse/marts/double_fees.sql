-- Active companies that are members of two networks or more, with what they pay in each.
-- A membership without a known fee counts as a network, not as a payment.
WITH paid AS (
    SELECT
        company_id,
        source,
        sum(fee_eur) AS fee_eur
    FROM memberships
    WHERE is_active
    GROUP BY company_id, source
),

payments AS (
    SELECT
        company_id,
        count(*) FILTER (fee_eur > 0) AS fees_paid,
        count(*) FILTER (fee_eur IS NULL) AS fees_unknown,
        max(fee_eur) AS fee_highest_eur
    FROM paid
    GROUP BY company_id
)

SELECT
    company_id,
    name,
    is_sole_trader,
    territory,
    networks,
    fees_paid,
    fees_unknown,
    fees_by_source.* EXCLUDE (company_id),
    fee_eur,
    fee_highest_eur,
    fee_eur - fee_highest_eur AS fee_beyond_highest_eur
FROM active_members
INNER JOIN payments USING (company_id)
INNER JOIN fees_by_source USING (company_id)
WHERE networks > 1
