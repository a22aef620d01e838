-- Titre : Les entreprises liées
-- Question : Quelles entreprises distinctes vont ensemble (entités sœurs, même site) ?
SELECT
    one.name AS nom,
    other.name AS liee_a,
    CASE related_companies.kind
        WHEN 'sibling' THEN 'entités sœurs'
        WHEN 'same_site' THEN 'même adresse'
        WHEN 'same_contact' THEN 'même téléphone ou domaine'
        ELSE related_companies.kind
    END AS lien,
    related_companies.evidence AS indices
FROM related_companies
INNER JOIN companies AS one ON one.company_id = related_companies.company_id
INNER JOIN companies AS other ON other.company_id = related_companies.related_id
ORDER BY related_companies.company_id, related_companies.related_id, related_companies.kind;
