-- Titre : Suivre des identifiants notés il y a longtemps
-- Question : Que sont devenues ces entreprises ? (remplacer les deux identifiants)
SELECT noted.id, coalesce(alias.company_id, noted.id) AS id_actuel, companies.name AS nom
FROM (VALUES ('E-DN1GZ1HHTP'), ('E-39QEGW2MAC')) AS noted (id)
LEFT JOIN company_aliases AS alias ON alias.retired_id = noted.id
LEFT JOIN companies ON companies.company_id = coalesce(alias.company_id, noted.id)
ORDER BY noted.id;
