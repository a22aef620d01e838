-- The counts of data_quality that each run left in the run log, kept where they differ from the run before. Ids of
-- runs sort as the runs follow each other; a clock that was set back does not.
WITH logged AS (
    SELECT run_id, unnest(map_entries(counts)) AS entry
    FROM runs
    WHERE verdict IN ('published', 'restored')
),

parts AS (
    SELECT run_id, string_split(entry.key, '.') AS part, entry.value AS value
    FROM logged
    WHERE starts_with(entry.key, 'quality.')
),

sizes AS (
    SELECT run_id, part[2] AS source, value AS records
    FROM parts
    WHERE len(part) = 3
),

-- Where no cell is valid, or none refused, the log does not say so.
measured AS (
    SELECT
        parts.run_id,
        part[2] AS source,
        part[3] AS field,
        any_value(records) AS records,
        coalesce(max(value) FILTER (part[4] = 'filled'), 0) AS filled,
        coalesce(max(value) FILTER (part[4] = 'valid'), 0) AS valid,
        coalesce(max(value) FILTER (part[4] = 'refused'), 0) AS refused
    FROM parts
    INNER JOIN sizes ON sizes.run_id = parts.run_id AND sizes.source = part[2]
    WHERE len(part) = 4
    GROUP BY ALL
),

compared AS (
    SELECT
        *,
        (records, filled, valid, refused) AS now,
        lag((records, filled, valid, refused)) OVER (
            PARTITION BY source, field ORDER BY run_id
        ) AS before
    FROM measured
)

SELECT
    run_id,
    source,
    field,
    records,
    filled,
    valid,
    refused,
    (valid + refused) / nullif(records, 0) AS completeness,
    valid / nullif(valid + refused, 0) AS validity
FROM compared
WHERE now IS DISTINCT FROM before
