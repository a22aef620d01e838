-- Each announced objective beside the figure of the last publication, whose day is "today".
-- A month has 365.25 / 12 days. Paces are between two publications, so a single one tells none.
WITH today AS (
    SELECT max(published_at) AS published_at, max(published_at)::DATE AS as_of
    FROM publications
),

-- What is not known on a day tells nothing of the pace.
recent AS (
    SELECT
        objective,
        first(value ORDER BY history.published_at) AS first_value,
        min(history.published_at)::DATE AS pace_since
    FROM objective_history AS history, today
    WHERE history.published_at >= today.published_at - INTERVAL 365 DAY AND value IS NOT NULL
    GROUP BY objective
),

-- Sums are taken as decimals: the sum of floating-point numbers would depend on the order of the rows.
active AS (
    SELECT jobs::DECIMAL(18, 2) AS jobs, turnover_eur::DECIMAL(18, 2) AS turnover_eur
    FROM companies
    WHERE is_active
),

largest AS (
    SELECT 'jobs' AS figure, max(jobs) / nullif(sum(jobs), 0) AS largest_share FROM active
    UNION ALL
    SELECT 'turnover_eur', max(turnover_eur) / nullif(sum(turnover_eur), 0) FROM active
),

measured AS (
    SELECT
        announced.*,
        as_of,
        value,
        known,
        estimated,
        companies_unknown,
        largest_share,
        pace_since,
        value / target AS share_of_target,
        -- Down, and in whole hundredths: 100 times a share that is a floating-point number may fall below.
        (100 * round(100 * value)::HUGEINT) // round(100 * target)::HUGEINT AS percent_of_target,
        CASE WHEN value IS NOT NULL THEN greatest(target - value, 0) END AS missing,
        date_diff('day', as_of, due_on) / (365.25 / 12) AS months_left,
        date_diff('day', pace_since, as_of) AS days_seen,
        (value - first_value) / nullif(days_seen / (365.25 / 12), 0) AS pace,
        CASE
            WHEN announced.figure IS NULL THEN 'no_data'
            WHEN value IS NULL THEN 'unknown'
            WHEN missing = 0 THEN 'reached'
            WHEN due_on < as_of THEN 'overdue'
            ELSE 'under_way'
        END AS status
    FROM announced_objectives AS announced
    CROSS JOIN today
    LEFT JOIN objective_history USING (objective, published_at)
    LEFT JOIN recent USING (objective)
    LEFT JOIN largest ON largest.figure = announced.figure
),

paced AS (
    SELECT
        * EXCLUDE (pace, pace_since),
        if(status = 'under_way', missing / nullif(months_left, 0), NULL) AS pace_needed,
        if(days_seen >= 28, pace, NULL) AS pace_held,
        if(days_seen >= 28, pace_since, NULL) AS pace_since,
        if(missing > 0 AND pace_held > 0, missing / pace_held, NULL) AS months_to_go,
        strftime(due_on, '%d/%m/%Y') AS due_text,
        percent_of_target::VARCHAR || chr(8239) || '%' AS percent
    FROM measured
)

SELECT
    * EXCLUDE (figure, missing_data, days_seen, months_to_go, due_text, percent),
    if(months_to_go < 1200, as_of + to_days((months_to_go * 365.25 / 12)::INTEGER), NULL)::DATE AS reached_on,
    concat_ws(
        ' ',
        CASE status
            WHEN 'reached' THEN format('Atteint : {} de la valeur annoncée.', percent)
            WHEN 'under_way' THEN format('En cours : {} de la valeur annoncée, échéance le {}.', percent, due_text)
            WHEN 'overdue'
                THEN format('L''échéance du {} est passée ; {} de la valeur annoncée à ce jour.', due_text, percent)
            WHEN 'unknown' THEN 'Aucune entreprise active n''a de valeur connue.'
            ELSE if(due_on < as_of, format('L''échéance du {} est passée. ', due_text), '') || missing_data
        END,
        CASE
            WHEN value IS NULL THEN NULL
            WHEN companies_unknown = 1 THEN 'Une entreprise sans valeur connue compte pour rien.'
            WHEN companies_unknown > 1
                THEN format('{} entreprises sans valeur connue comptent pour rien.', companies_unknown)
        END
    ) AS remark
FROM paced
