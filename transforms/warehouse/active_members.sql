-- One row for each active company, with what the seats of the board and the fees are reckoned from. The college is
-- that of its active memberships; of several, the one of the source that comes first.
-- A college that is written like a marker of the tables (markers) says nothing, as an empty cell.
-- Jobs are taken as decimals: the sum of floating-point numbers would depend on the order of the rows.
WITH read AS (
    SELECT * REPLACE (CASE WHEN marker IS NULL THEN college END AS college)
    FROM memberships
    LEFT JOIN markers ON lower(trim(college)) = marker
),

networks AS (
    SELECT
        company_id,
        list(DISTINCT college) FILTER (college IS NOT NULL) AS colleges,
        first(college ORDER BY priority, member_id) FILTER (college IS NOT NULL) AS college,
        count(DISTINCT source) AS networks,
        list(DISTINCT source) FILTER (founder) AS founders
    FROM read
    INNER JOIN sources USING (source)
    WHERE is_active
    GROUP BY company_id
)

SELECT
    company_id,
    name,
    is_sole_trader,
    coalesce(territory, 'inconnu') AS territory,
    coalesce(colleges, []) AS colleges,
    coalesce(college, 'inconnu') AS college,
    networks,
    list_sort(coalesce(founders, [])) AS founders,
    jobs::DECIMAL(18, 2) AS jobs,
    coalesce(size_class, 'inconnu') AS size_class,
    fee_eur
FROM companies
INNER JOIN networks USING (company_id)
LEFT JOIN size_classes ON jobs >= jobs_from AND jobs < coalesce(jobs_below, 'inf'::DOUBLE)
WHERE is_active
