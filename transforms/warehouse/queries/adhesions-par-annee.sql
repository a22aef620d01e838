-- Titre : Les adhésions par année
-- Question : Combien d'adhésions chaque année dans chaque réseau ?
SELECT
    year(joined_on) AS annee,
    source,
    count(*) AS adhesions,
    count(*) FILTER (joined_precision = 'year') AS dont_annee_seule
FROM memberships
WHERE joined_on IS NOT NULL
GROUP BY ALL
ORDER BY annee DESC, source;
