-- The figure of each objective at each publication, over active companies.
-- A state of a company adds to the totals where it begins and takes from them where it ends: the running sum is what was
-- in service then. Sums are taken as decimals: that of floating-point numbers would depend on the order of the rows.
WITH states AS (
    SELECT
        valid_from,
        valid_to,
        jobs::DECIMAL(18, 2) AS jobs,
        jobs_kind = 'estimated' AS jobs_estimated,
        turnover_eur::DECIMAL(18, 2) AS turnover_eur,
        turnover_eur_kind = 'estimated' AS turnover_estimated
    FROM companies_history
    WHERE is_active
),

steps AS (
    SELECT valid_from AS published_at, 1 AS sign, * FROM states
    UNION ALL
    SELECT valid_to, -1, * FROM states WHERE valid_to IS NOT NULL
),

sums AS (
    SELECT
        published_at,
        sum(sign) AS companies,
        sum(sign * jobs) FILTER (NOT jobs_estimated) AS jobs_known,
        sum(sign * jobs) FILTER (jobs_estimated) AS jobs_estimated,
        sum(sign) FILTER (jobs IS NULL) AS jobs_unknown,
        sum(sign * turnover_eur) FILTER (NOT turnover_estimated) AS turnover_known,
        sum(sign * turnover_eur) FILTER (turnover_estimated) AS turnover_estimated,
        sum(sign) FILTER (turnover_eur IS NULL) AS turnover_unknown
    FROM steps
    GROUP BY published_at
),

totals AS (
    SELECT
        published_at,
        run_id,
        coalesce(sum(COLUMNS(sums.* EXCLUDE (published_at))) OVER (ORDER BY published_at), 0)
    FROM publications
    LEFT JOIN sums USING (published_at)
),

figures AS (
    SELECT
        published_at,
        run_id,
        companies,
        'companies' AS figure,
        companies AS known,
        0 AS estimated,
        0 AS companies_unknown
    FROM totals
    UNION ALL
    SELECT published_at, run_id, companies, 'jobs', jobs_known, jobs_estimated, jobs_unknown
    FROM totals
    UNION ALL
    SELECT published_at, run_id, companies, 'turnover_eur', turnover_known, turnover_estimated, turnover_unknown
    FROM totals
)

SELECT
    objective,
    published_at,
    run_id,
    figure,
    CASE WHEN companies > companies_unknown OR companies = 0 THEN known + estimated END AS value,
    known,
    estimated,
    companies,
    companies_unknown
FROM announced_objectives
INNER JOIN figures USING (figure)
