-- What each active company would pay by the common grid, beside what it pays today in all its networks together.
SELECT
    scenario,
    company_id,
    territory,
    size_class,
    college,
    networks,
    active_members.fee_eur AS fee_today_eur,
    fee_grid.fee_eur,
    fee_grid.fee_eur - fee_today_eur AS difference_eur,
    CASE sign(difference_eur)
        WHEN 1 THEN 'pays_more'
        WHEN -1 THEN 'pays_less'
        WHEN 0 THEN 'same'
        ELSE 'unknown'
    END AS outcome
FROM active_members
INNER JOIN fee_grid USING (size_class, college)
