-- Titre : Le dictionnaire d'une table
-- Question : Que veulent dire les colonnes de « companies », dans quelle unité, d'après quelle règle ?
SELECT column_name AS colonne, meaning AS sens, unit AS unite, rule AS regle, example AS exemple
FROM data_dictionary
WHERE table_name = 'companies' AND kind = 'column'
ORDER BY position;
