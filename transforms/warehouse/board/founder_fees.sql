-- What the active companies that count pay to each founder, by territory, in cents.
SELECT territory, source AS founder, coalesce((sum(memberships.fee_eur) * 100)::BIGINT, 0) AS fees
FROM board_members
INNER JOIN memberships USING (company_id)
INNER JOIN sources USING (source)
WHERE counts AND is_active AND founder
GROUP BY ALL
ORDER BY ALL
