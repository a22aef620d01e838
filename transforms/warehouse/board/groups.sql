-- The active companies that count, summed by territory, founders (in whose networks they are members) and college;
-- those of colleges that do not count apart. Jobs in hundredths, fees in cents: whole numbers.
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
    coalesce((max(fee_eur) * 100)::BIGINT, 0) AS fees_largest
FROM board_members
GROUP BY ALL
ORDER BY ALL
