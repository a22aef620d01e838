-- The table companies as readers had it at a moment: a day means its end, a timestamp (UTC) itself.
-- CASE and not if(): older versions of DuckDB do not find that one in the macros of a newer one.
CREATE OR REPLACE MACRO companies_as_of(moment) AS TABLE
WITH asked AS (
    SELECT
        CASE
            WHEN length(moment::VARCHAR) <= 10 THEN moment::DATE + INTERVAL 1 DAY - INTERVAL 1 MICROSECOND
            ELSE moment::TIMESTAMP
        END AS instant
),

served AS (
    SELECT instant, exports
    FROM publications, asked
    WHERE published_at <= instant
    ORDER BY published_at DESC
    LIMIT 1
)

SELECT
    history.* EXCLUDE (
        valid_from, valid_to, from_run_id, to_run_id, jobs_as_of_follows, turnover_eur_as_of_follows
    )
    REPLACE (
        CASE WHEN jobs_as_of_follows THEN exports[jobs_source] ELSE jobs_as_of END AS jobs_as_of,
        CASE
            WHEN turnover_eur_as_of_follows THEN exports[turnover_eur_source]
            ELSE turnover_eur_as_of
        END AS turnover_eur_as_of
    )
FROM companies_history AS history, served
WHERE valid_from <= instant AND (valid_to IS NULL OR valid_to > instant)
ORDER BY company_id;

COMMENT ON MACRO TABLE companies_as_of IS
'La table companies telle que les lecteurs l''avaient : au soir d''un jour, par exemple companies_as_of(''2026-01-31''), ou à un instant (UTC)';
