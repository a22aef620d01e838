-- Active companies by the combination of sources in which their membership is active.
-- Sums are taken as decimals: the sum of floating-point numbers would depend on the order of the rows.
WITH active_sources AS (
    SELECT DISTINCT company_id, source
    FROM memberships
    WHERE is_active
),

origins AS (
    SELECT
        company_id,
        string_agg(source, '+' ORDER BY priority, source) AS origin,
        count(*) FILTER (founder) AS founders
    FROM active_sources
    INNER JOIN sources USING (source)
    GROUP BY company_id
),

active AS (
    SELECT
        origin,
        CASE founders WHEN 0 THEN 'other' WHEN 1 THEN 'one_founder' ELSE 'both_founders' END AS kind,
        jobs::DECIMAL(18, 2) AS jobs,
        turnover_eur::DECIMAL(18, 2) AS turnover_eur,
        fee_eur
    FROM companies
    INNER JOIN origins USING (company_id)
),

totals AS (
    SELECT
        origin,
        kind,
        count(*) AS companies,
        sum(jobs) AS jobs,
        max(jobs) AS jobs_largest,
        count(*) FILTER (jobs IS NULL) AS jobs_unknown,
        sum(turnover_eur) AS turnover_eur,
        max(turnover_eur) AS turnover_largest,
        count(*) FILTER (turnover_eur IS NULL) AS turnover_unknown,
        sum(fee_eur) AS fee_eur,
        max(fee_eur) AS fee_largest,
        count(*) FILTER (fee_eur IS NULL) AS fee_unknown
    FROM active
    GROUP BY origin, kind
)

SELECT
    origin,
    kind,
    companies,
    companies / sum(companies) OVER () AS share_of_companies,
    jobs,
    jobs_unknown,
    jobs_largest / nullif(jobs, 0) AS jobs_largest_share,
    turnover_eur,
    turnover_unknown,
    turnover_largest / nullif(turnover_eur, 0) AS turnover_largest_share,
    fee_eur,
    fee_unknown,
    fee_largest / nullif(fee_eur, 0) AS fee_largest_share
FROM totals
