-- The scenarios of fees summed: all, by territory, by size, by both, by college, by number of networks; what is
-- summed over reads "tous". The difference is that of members whose fee is known today.
WITH members AS (
    SELECT * REPLACE (networks::VARCHAR AS networks)
    FROM fee_scenarios
)

SELECT
    scenario,
    CASE grouping(territory) WHEN 1 THEN 'tous' ELSE territory END AS territory,
    CASE grouping(size_class) WHEN 1 THEN 'tous' ELSE size_class END AS size_class,
    CASE grouping(college) WHEN 1 THEN 'tous' ELSE college END AS college,
    CASE grouping(networks) WHEN 1 THEN 'tous' ELSE networks END AS networks,
    count(*) AS companies,
    count(*) FILTER (size_class = 'inconnu') AS jobs_unknown,
    count(*) FILTER (fee_today_eur IS NULL) AS fee_today_unknown,
    sum(fee_today_eur) AS fee_today_eur,
    max(fee_today_eur) / nullif(sum(fee_today_eur), 0) AS fee_today_largest_share,
    sum(fee_eur) AS fee_eur,
    max(fee_eur) / nullif(sum(fee_eur), 0) AS fee_largest_share,
    sum(difference_eur) AS difference_eur,
    count(*) FILTER (outcome = 'pays_more') AS pay_more,
    sum(difference_eur) FILTER (outcome = 'pays_more') AS pay_more_eur,
    count(*) FILTER (outcome = 'pays_less') AS pay_less,
    sum(difference_eur) FILTER (outcome = 'pays_less') AS pay_less_eur,
    count(*) FILTER (outcome = 'same') AS pay_the_same
FROM members
GROUP BY
    GROUPING SETS (
        (scenario),
        (scenario, territory),
        (scenario, size_class),
        (scenario, territory, size_class),
        (scenario, college),
        (scenario, networks)
    )
