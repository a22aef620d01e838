-- Titre : Les sièges par fondateur
-- Question : Combien de sièges auraient les membres de chaque réseau fondateur ?
SELECT rule AS regle, founder AS fondateur, members AS membres, round(quota, 2) AS quota, seats AS sieges
FROM board_seats_by_founder
ORDER BY rule, founder;
