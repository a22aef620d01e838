-- Titre : Les totaux sans le plus grand contributeur
-- Question : Que reste-t-il de chaque total sans l'entreprise qui y pèse le plus ?
SELECT
    CASE figure
        WHEN 'fee_eur' THEN 'cotisations (€)'
        WHEN 'jobs' THEN 'emplois'
        WHEN 'turnover_eur' THEN 'chiffre d''affaires (€)'
        ELSE figure
    END AS chiffre,
    total,
    total - value AS sans_la_plus_grande,
    round(100 * share, 1) AS pct_de_la_plus_grande
FROM headline_contributors
WHERE rank = 1
ORDER BY figure;
