-- Titre : Les cotisations payées à plusieurs réseaux
-- Question : Combien d'entreprises paient dans plusieurs réseaux, et combien le nouveau réseau y perdrait-il ?
SELECT
    count(*) AS entreprises,
    sum(fee_eur) AS elles_paient,
    sum(fee_beyond_highest_eur) AS perte_si_seule_la_plus_haute_reste
FROM double_fees
WHERE fees_paid > 1;
