-- Titre : Les plus gros employeurs
-- Question : Qui emploie le plus parmi les membres actifs, et que vaut le chiffre ?
SELECT
    name AS nom,
    city AS ville,
    territory AS territoire,
    jobs AS emplois,
    CASE jobs_kind
        WHEN 'estimated' THEN 'estimé'
        WHEN 'unknown' THEN 'inconnu'
        ELSE jobs_kind
    END AS nature,
    fee_eur AS cotisation
FROM companies
WHERE is_active AND NOT is_sole_trader
ORDER BY jobs DESC NULLS LAST, company_id
LIMIT 10;
