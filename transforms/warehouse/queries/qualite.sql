-- Titre : La qualité des exports
-- Question : Quels champs de chaque export sont incomplets ou faux ?
SELECT
    source,
    label AS champ,
    round(100 * completeness, 1) AS pct_rempli,
    round(100 * validity, 1) AS pct_valide,
    refused AS refusees,
    no_value AS sans_valeur,
    flagged AS a_verifier
FROM data_quality
ORDER BY completeness, source, field;
