-- Titre : Les objectifs annoncés
-- Question : Où en est-on de chaque objectif, et à quel rythme ?
SELECT
    label AS objectif,
    target AS cible,
    value AS aujourd_hui,
    known AS dont_exact,
    estimated AS dont_estime,
    companies_unknown AS entreprises_sans_valeur,
    round(100 * largest_share, 1) AS pct_de_la_plus_grande,
    due_on AS echeance,
    remark AS remarque
FROM objectives
ORDER BY position;
