-- Active companies by territory; a territory without a company is listed too.
-- Sums are taken as decimals: the sum of floating-point numbers would depend on the order of the rows.
WITH active AS (
    SELECT
        coalesce(territory, 'inconnu') AS territory,
        jobs::DECIMAL(18, 2) AS jobs,
        jobs_kind,
        turnover_eur::DECIMAL(18, 2) AS turnover_eur,
        turnover_eur_kind,
        fee_eur
    FROM companies
    WHERE is_active
),

totals AS (
    SELECT
        territory,
        count(*) AS companies,
        sum(jobs) AS jobs,
        max(jobs) AS jobs_largest,
        count(*) FILTER (jobs IS NULL) AS jobs_unknown,
        count(*) FILTER (jobs IS NOT NULL AND jobs_kind = 'estimated') AS jobs_estimated,
        sum(turnover_eur) AS turnover_eur,
        max(turnover_eur) AS turnover_largest,
        count(*) FILTER (turnover_eur IS NULL) AS turnover_unknown,
        count(*) FILTER (turnover_eur IS NOT NULL AND turnover_eur_kind = 'estimated') AS turnover_estimated,
        sum(fee_eur) AS fee_eur,
        max(fee_eur) AS fee_largest,
        count(*) FILTER (fee_eur IS NULL) AS fee_unknown
    FROM active
    GROUP BY territory
),

listed AS (
    SELECT
        territory,
        territory_name,
        departement,
        totals.* EXCLUDE (territory, companies),
        coalesce(companies, 0) AS companies
    FROM territory_names
    LEFT JOIN totals USING (territory)
)

SELECT
    territory,
    territory_name,
    departement,
    companies,
    companies / nullif(sum(companies) OVER (), 0) AS share_of_companies,
    CASE WHEN companies = 0 THEN 0 ELSE jobs END AS jobs,
    coalesce(jobs_unknown, 0) AS jobs_unknown,
    coalesce(jobs_estimated, 0) AS jobs_estimated,
    jobs_largest / nullif(jobs, 0) AS jobs_largest_share,
    CASE WHEN companies = 0 THEN 0 ELSE turnover_eur END AS turnover_eur,
    coalesce(turnover_unknown, 0) AS turnover_unknown,
    coalesce(turnover_estimated, 0) AS turnover_estimated,
    turnover_largest / nullif(turnover_eur, 0) AS turnover_largest_share,
    CASE WHEN companies = 0 THEN 0 ELSE fee_eur END AS fee_eur,
    coalesce(fee_unknown, 0) AS fee_unknown,
    fee_largest / nullif(fee_eur, 0) AS fee_largest_share
FROM listed
