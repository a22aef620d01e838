-- What happened to companies since a moment: from the first hour of a day on, or after a timestamp (UTC).
CREATE OR REPLACE MACRO changes_since(moment) AS TABLE
SELECT *
FROM changes
WHERE
    CASE
        WHEN length(moment::VARCHAR) <= 10 THEN changed_at >= moment::DATE
        ELSE changed_at > moment::TIMESTAMP
    END
ORDER BY change_no;

COMMENT ON MACRO TABLE changes_since IS
'Ce qui est arrivé aux entreprises depuis un jour (compris), par exemple changes_since(''2026-01-31''), ou après un instant (UTC)';
