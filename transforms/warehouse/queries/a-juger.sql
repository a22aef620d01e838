-- Titre : Les paires à juger
-- Question : Quelles fiches sont peut-être la même entreprise, et qu'est-ce qui parle pour (+) ou contre (-) ?
SELECT
    left_company.name AS gauche,
    left_company.city AS ville,
    right_company.name AS droite,
    right_company.city AS ville_droite,
    round(queue.probability, 2) AS probabilite,
    queue.cause,
    array_to_string(
        [
            concat(
                CASE one.signal
                    WHEN 'prior' THEN 'au départ'
                    WHEN 'identifier' THEN 'identifiant'
                    WHEN 'name' THEN 'nom'
                    WHEN 'address' THEN 'adresse'
                    WHEN 'phone' THEN 'téléphone'
                    WHEN 'domain' THEN 'site ou domaine'
                    WHEN 'email' THEN 'courriel'
                    WHEN 'activity' THEN 'activité'
                    WHEN 'legal_form' THEN 'forme juridique'
                    WHEN 'third_record' THEN 'autres fiches'
                    ELSE one.signal
                END,
                replace(format(' {:+.1f}', one.weight), '.', ',')
            ) FOR one IN queue.reasons
        ],
        ' ; '
    ) AS raisons
FROM review_queue AS queue
INNER JOIN memberships AS left_record
    ON left_record.source = queue.left_source AND left_record.member_id = queue.left_member_id
INNER JOIN memberships AS right_record
    ON right_record.source = queue.right_source AND right_record.member_id = queue.right_member_id
INNER JOIN companies AS left_company ON left_company.company_id = left_record.company_id
INNER JOIN companies AS right_company ON right_company.company_id = right_record.company_id
ORDER BY queue.priority DESC, queue.left_source, queue.left_member_id, queue.right_source, queue.right_member_id;
