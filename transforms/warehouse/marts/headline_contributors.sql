-- The ten active companies that carry most of each headline figure.
-- Sums are taken as decimals: the sum of floating-point numbers would depend on the order of the rows.
WITH figures AS (
    SELECT 'jobs' AS figure, company_id, jobs::DECIMAL(18, 2) AS value, jobs_kind AS kind
    FROM companies
    WHERE is_active
    UNION ALL
    SELECT 'turnover_eur', company_id, turnover_eur::DECIMAL(18, 2), turnover_eur_kind
    FROM companies
    WHERE is_active
    UNION ALL
    SELECT 'fee_eur', company_id, fee_eur::DECIMAL(18, 2), 'exact'
    FROM companies
    WHERE is_active
),

ranked AS (
    SELECT
        *,
        row_number() OVER by_size AS rank,
        sum(value) OVER (by_size ROWS UNBOUNDED PRECEDING) AS to_here,
        sum(value) OVER (PARTITION BY figure) AS total
    FROM figures
    WHERE value > 0
    WINDOW by_size AS (PARTITION BY figure ORDER BY value DESC, company_id)
)

SELECT
    figure,
    rank,
    company_id,
    CASE WHEN is_sole_trader THEN '…' ELSE name END AS name,
    coalesce(territory, 'inconnu') AS territory,
    value,
    kind,
    total,
    value / total AS share,
    to_here / total AS share_to_here
FROM ranked
INNER JOIN companies USING (company_id)
WHERE rank <= 10
