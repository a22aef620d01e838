-- Titre : D'où vient une valeur
-- Question : Où les réseaux donnent-ils des chiffres d'affaires différents, et lequel a été retenu ?
SELECT
    lineage.company_id,
    lineage.value AS retenue,
    lineage.source,
    lineage.source_row AS ligne,
    lineage.raw_value AS telle_que_recue,
    CASE lineage.rule
        WHEN 'kind_exact_first' THEN 'chiffre exact, puis estimé, puis inconnu'
        WHEN 'most_recent' THEN 'export le plus récent'
        WHEN 'source_priority' THEN 'priorité de la source'
        WHEN 'record_order' THEN 'première fiche'
        WHEN 'only_value' THEN 'seule valeur'
        ELSE lineage.rule
    END AS regle,
    autre.source AS autre_source,
    autre.value AS autre_valeur
FROM lineage, unnest(lineage.alternatives) AS _(autre)
WHERE lineage.field = 'turnover_eur' AND autre.value <> lineage.value
ORDER BY lineage.company_id, autre.source, autre.member_id;
