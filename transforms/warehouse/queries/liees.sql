-- Titre : Les entreprises liées
-- Question : Quelles entreprises distinctes vont ensemble (entités sœurs, même site) ?
SELECT one.name, other.name AS liee_a, related_companies.kind AS lien, related_companies.evidence AS indices
FROM related_companies
INNER JOIN companies AS one ON one.company_id = related_companies.company_id
INNER JOIN companies AS other ON other.company_id = related_companies.related_id
ORDER BY related_companies.company_id, related_companies.related_id, lien;
