-- Titre : Les plus gros employeurs
-- Question : Qui emploie le plus parmi les membres actifs, et que vaut le chiffre ?
SELECT name, city, territory, jobs, jobs_kind, fee_eur
FROM companies
WHERE is_active AND NOT is_sole_trader
ORDER BY jobs DESC NULLS LAST, company_id
LIMIT 10;
