-- Titre : Les chiffres par territoire
-- Question : Combien d'entreprises et d'emplois dans chaque territoire, et que valent ces chiffres ?
SELECT
    territory_name AS territoire,
    companies AS entreprises,
    jobs AS emplois,
    jobs_unknown AS effectif_inconnu,
    jobs_estimated AS effectif_estime,
    round(100 * jobs_largest_share, 1) AS pct_de_la_plus_grande
FROM territories
ORDER BY companies DESC, territory;
