-- The active companies that count, summed by territory, founders (in whose networks they are members) and college;
-- those of colleges that do not count apart. fees_elsewhere: those paid to networks that are no founders.
-- Jobs in hundredths, fees in cents: whole numbers.
WITH elsewhere AS (
    SELECT company_id, sum(fee_eur) AS fee_elsewhere_eur
    FROM memberships
    INNER JOIN sources USING (source)
    WHERE is_active AND NOT founder
    GROUP BY company_id
)

SELECT
    territory,
    founders,
    college,
    counts,
    coalesce((sum(jobs) * 100)::BIGINT, 0) AS jobs,
    count(*) AS members,
    coalesce((sum(fee_eur) * 100)::BIGINT, 0) AS fees,
    count(*) FILTER (jobs IS NULL) AS jobs_unknown,
    count(*) FILTER (fee_eur IS NULL) AS fee_unknown,
    coalesce((max(jobs) * 100)::BIGINT, 0) AS jobs_largest,
    coalesce((max(fee_eur) * 100)::BIGINT, 0) AS fees_largest,
    coalesce((sum(fee_elsewhere_eur) * 100)::BIGINT, 0) AS fees_elsewhere
FROM board_members
LEFT JOIN elsewhere USING (company_id)
GROUP BY ALL
ORDER BY ALL
