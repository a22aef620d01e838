-- Titre : Les tables du fichier
-- Question : Qu'y a-t-il dans ce fichier ?
SELECT
    table_name AS nom,
    CASE kind WHEN 'view' THEN 'vue' ELSE kind END AS sorte,
    meaning AS sens,
    source
FROM data_dictionary
WHERE position = 0
ORDER BY nom;
