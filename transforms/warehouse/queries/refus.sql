-- Titre : Ce qui est refusé
-- Question : Quelles cellules sont refusées, par réseau et par motif ?
SELECT source, column_name AS colonne, rule AS motif, severity AS gravite, count(*) AS cellules
FROM rejected_rows
GROUP BY ALL
ORDER BY cellules DESC, source, colonne, motif;
