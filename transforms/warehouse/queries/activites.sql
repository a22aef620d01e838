-- Titre : Les activités des membres
-- Question : Dans quels secteurs (division NAF) sont les membres actifs ?
SELECT
    coalesce(naf_code[1:2], 'inconnu') AS division_naf,
    count(*) AS entreprises,
    sum(jobs) AS emplois,
    count(*) FILTER (jobs IS NULL) AS effectif_inconnu
FROM companies
WHERE is_active
GROUP BY ALL
ORDER BY entreprises DESC, division_naf;
