-- Titre : La qualité depuis le début
-- Question : Quand la qualité d'un champ a-t-elle changé ?
SELECT
    runs.ended_at::DATE AS depuis,
    history.source,
    coalesce(quality.label, history.field) AS champ,
    history.records AS fiches,
    history.filled AS remplies,
    history.refused AS refusees
FROM data_quality_history AS history
INNER JOIN runs USING (run_id)
LEFT JOIN data_quality AS quality ON (quality.source, quality.field) = (history.source, history.field)
ORDER BY run_id DESC, history.source, history.field;
