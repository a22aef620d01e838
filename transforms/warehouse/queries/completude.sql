-- Titre : Ce que l'on sait des entreprises
-- Question : Pour quelle part des entreprises actives connaît-on chaque information ?
WITH known AS (
    SELECT
        count(*) AS entreprises,
        count(siren) AS siren,
        count(naf_code) AS code_naf,
        count(territory) AS territoire,
        count(website) AS site_web,
        count(jobs) AS emplois,
        count(turnover_eur) AS chiffre_affaires,
        count(fee_eur) AS cotisation
    FROM companies
    WHERE is_active
)

SELECT information, connues, entreprises, round(100 * connues / nullif(entreprises, 0), 1) AS pct
FROM (UNPIVOT known ON COLUMNS(* EXCLUDE (entreprises)) INTO NAME information VALUE connues)
ORDER BY pct DESC, information;
