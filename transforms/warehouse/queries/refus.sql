-- Titre : Ce qui est refusé
-- Question : Quelles cellules sont refusées, par réseau et par motif ?
SELECT
    source,
    column_name AS colonne,
    split_part(message, ' Attendu : ', 1) AS motif,
    CASE
        WHEN severity = 'critical' THEN 'fiche refusée'
        WHEN severity = 'warning' AND column_name IS NOT NULL THEN 'cellule refusée'
        ELSE 'gardée, à vérifier'
    END AS suite,
    count(*) AS cellules
FROM rejected_rows
GROUP BY ALL
ORDER BY cellules DESC, source, colonne, motif, suite;
