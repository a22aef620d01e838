-- Titre : Ce qui a changé
-- Question : Qu'est-il arrivé aux entreprises depuis le 1er janvier 2026 ? (remplacer la date)
SELECT
    CASE kind
        WHEN 'joined' THEN 'arrivée'
        WHEN 'left' THEN 'partie'
        WHEN 'merged' THEN 'fusionnée dans une autre'
        WHEN 'split' THEN 'détachée d''une autre'
        WHEN 'changed' THEN 'modifiée'
        ELSE kind
    END AS fait,
    field AS colonne,
    count(DISTINCT company_id) AS entreprises,
    max(changed_at) AS la_derniere_fois
FROM changes_since('2026-01-01')
GROUP BY kind, field
ORDER BY kind, field;
