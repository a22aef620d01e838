-- Titre : La qualité depuis le début
-- Question : Quand la qualité d'un champ a-t-elle changé ?
SELECT
    runs.ended_at::DATE AS depuis,
    history.source,
    history.field AS champ,
    history.records AS fiches,
    history.filled AS remplies,
    history.refused AS refusees
FROM data_quality_history AS history
INNER JOIN runs USING (run_id)
ORDER BY run_id DESC, history.source, history.field;
