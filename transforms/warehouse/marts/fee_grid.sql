-- The common grid of fees: as the run's parameters have it ("grid"), and the same grid times one factor that keeps
-- what is paid today ("same_total"), to the cent of each amount. Members whose fee is unknown today do not
-- weigh on that factor. Where it cannot be told (no fee is known today, or those who pay would pay nothing) it is 1.
WITH amounts AS (
    SELECT
        size_class,
        college,
        jobs_from,
        jobs_below,
        round(amount * coalesce(factor, 1), 2)::DECIMAL(14, 2) AS fee_eur
    FROM size_classes
    CROSS JOIN (SELECT DISTINCT college FROM active_members)
    LEFT JOIN college_factors USING (college)
),

totals AS (
    SELECT
        sum(active_members.fee_eur)::DOUBLE AS today,
        sum(amounts.fee_eur)::DOUBLE AS by_grid
    FROM active_members
    INNER JOIN amounts USING (size_class, college)
    WHERE active_members.fee_eur IS NOT NULL
)

SELECT
    'grid' AS scenario,
    size_class,
    college,
    jobs_from,
    jobs_below,
    fee_eur
FROM amounts
UNION ALL
SELECT
    'same_total',
    size_class,
    college,
    jobs_from,
    jobs_below,
    coalesce(round(fee_eur * today / nullif(by_grid, 0), 2), fee_eur)::DECIMAL(14, 2)
FROM amounts
CROSS JOIN totals
