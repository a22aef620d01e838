-- Titre : Les emplois, connus, estimés, inconnus
-- Question : Combien d'emplois au juste : combien sont connus, estimés, et combien d'entreprises n'ont pas de chiffre ?
SELECT
    CASE jobs_kind
        WHEN 'estimated' THEN 'estimé'
        WHEN 'unknown' THEN 'inconnu'
        ELSE jobs_kind
    END AS nature,
    count(*) AS entreprises,
    sum(jobs) AS emplois,
    sum(jobs_low) AS au_moins,
    sum(jobs_high) AS au_plus
FROM companies
WHERE is_active
GROUP BY jobs_kind
ORDER BY jobs_kind;
