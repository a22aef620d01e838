-- Titre : Qui porte les chiffres annoncés
-- Question : Quelle part de chaque total tient à ses trois plus grands contributeurs ?
SELECT
    CASE figure
        WHEN 'fee_eur' THEN 'cotisations (€)'
        WHEN 'jobs' THEN 'emplois'
        WHEN 'turnover_eur' THEN 'chiffre d''affaires (€)'
        ELSE figure
    END AS chiffre,
    rank AS rang,
    name AS nom,
    value AS valeur,
    round(100 * share, 1) AS pct,
    round(100 * share_to_here, 1) AS pct_cumule
FROM headline_contributors
WHERE rank <= 3
ORDER BY figure, rank;
