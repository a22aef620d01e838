-- Titre : La liste à une date
-- Question : Combien d'entreprises et d'emplois par territoire à la fin de l'année 2026 ? (remplacer la date)
SELECT territory AS territoire, count(*) AS entreprises, sum(jobs) AS emplois
FROM companies_as_of('2026-12-31')
WHERE is_active
GROUP BY territory
ORDER BY territory;
