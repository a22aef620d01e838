-- Titre : Les sièges du conseil
-- Question : Combien de sièges pour chaque territoire, et lequel tient à peu de chose ?
SELECT
    territory_name AS territoire,
    members AS membres,
    jobs AS emplois,
    fee_eur AS cotisations,
    round(quota, 2) AS quota,
    seats AS sieges,
    has_last_seat AS dernier_siege,
    round(100 * share_to_win, 1) AS hausse_pour_un_de_plus_pct
FROM board_seats
WHERE holds_seats
ORDER BY seats DESC, quota DESC, territory;
