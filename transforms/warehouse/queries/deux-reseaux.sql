-- Titre : Les membres des deux réseaux fondateurs
-- Question : Qui est membre à la fois de Clust'R Numérique et de Numelink, et qu'y cotise-t-il ?
SELECT
    companies.company_id,
    any_value(companies.name) AS nom,
    any_value(companies.fee_eur) AS cotisation_totale,
    sum(memberships.fee_eur) FILTER (memberships.source = 'clustr') AS clustr,
    sum(memberships.fee_eur) FILTER (memberships.source = 'numelink') AS numelink
FROM companies
INNER JOIN memberships USING (company_id)
WHERE companies.in_clustr AND companies.in_numelink AND memberships.is_active
GROUP BY companies.company_id
ORDER BY cotisation_totale DESC NULLS LAST, companies.company_id;
