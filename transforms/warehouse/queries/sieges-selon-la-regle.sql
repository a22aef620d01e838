-- Titre : Les sièges selon la règle
-- Question : Pour quels territoires le nombre de sièges dépend-il de la méthode ou des poids ?
SELECT
    territory AS territoire,
    max(seats_of_run) AS retenu,
    min(seats) AS au_moins,
    max(seats) AS au_plus,
    max(seats) FILTER (weighting = 'jobs' AND method = 'sainte_lague') AS emplois_seuls,
    max(seats) FILTER (weighting = 'members' AND method = 'sainte_lague') AS membres_seuls,
    max(seats) FILTER (weighting = 'fees' AND method = 'sainte_lague') AS cotisations_seules
FROM board_seat_scenarios
GROUP BY territory
ORDER BY retenu DESC, territory;
