-- Titre : Une grille commune des cotisations
-- Question : Que changerait une grille commune, par taille d'entreprise ?
SELECT
    CASE scenario
        WHEN 'grid' THEN 'grille telle quelle'
        WHEN 'same_total' THEN 'grille, au même total qu''aujourd''hui'
        ELSE scenario
    END AS scenario,
    size_class AS emplois,
    companies AS entreprises,
    fee_today_eur AS aujourd_hui,
    fee_eur AS grille,
    pay_more AS paieraient_plus,
    pay_less AS paieraient_moins
FROM fee_scenario_totals
WHERE territory = 'tous' AND college = 'tous' AND networks = 'tous'
ORDER BY fee_scenario_totals.scenario, try_cast(split_part(replace(size_class, '+', '-'), '-', 1) AS INTEGER) NULLS LAST, size_class;
