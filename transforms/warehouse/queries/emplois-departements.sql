-- Titre : Les emplois de chaque département, au moins et au plus
-- Question : Entre quels minimum et maximum sont les emplois de chaque département ?
SELECT
    coalesce(departement, 'inconnu') AS departement,
    count(*) AS entreprises,
    sum(jobs_low) AS au_moins,
    sum(jobs_high) AS au_plus,
    count(*) FILTER (jobs IS NULL) AS effectif_inconnu
FROM companies
WHERE is_active
GROUP BY ALL
ORDER BY entreprises DESC, departement;
