-- Titre : L'équilibre entre les fondateurs
-- Question : Combien de membres viennent d'un réseau fondateur, de l'autre, des deux ?
SELECT
    origin AS origine,
    companies AS entreprises,
    round(100 * share_of_companies, 1) AS pct,
    jobs AS emplois,
    fee_eur AS cotisations
FROM founder_balance
ORDER BY origin;
