-- Titre : Les sièges par fondateur
-- Question : Combien de sièges auraient les membres de chaque réseau fondateur ?
SELECT
    CASE rule
        WHEN 'apart' THEN 'les membres des deux réseaux à part'
        WHEN 'shared' THEN 'les membres des deux comptés pour moitié'
        WHEN 'by_territory' THEN 'de même, dans chaque territoire'
        WHEN 'parity' THEN 'autant pour chaque fondateur'
        ELSE rule
    END AS regle,
    founder AS fondateur,
    members AS membres,
    round(quota, 2) AS quota,
    seats AS sieges
FROM board_seats_by_founder
ORDER BY rule, founder;
