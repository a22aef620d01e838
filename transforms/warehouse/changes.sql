-- What changed from the warehouse attached as {old} to the one attached as {new}, by the rule of changes.py.
-- {backwards}: whether {new} is the older of the two; {hidden}: the columns that tell of a person where the company is a
-- sole trader; {mask}: what stands for them; old_cells, new_cells and old_texts, new_texts: the columns of companies to
-- compare, as they are and as text.
WITH renumbered AS (
    -- Companies of both files that hold a number in the one that they do not hold in the other.
    SELECT company_id, source
    FROM (
        SELECT source, member_id, company_id FROM {new}.memberships
        EXCEPT
        SELECT source, member_id, company_id FROM {old}.memberships
    )
    SEMI JOIN {old}.companies USING (company_id)
),
unnumbered AS (
    SELECT company_id, source
    FROM (
        SELECT source, member_id, company_id FROM {old}.memberships
        EXCEPT
        SELECT source, member_id, company_id FROM {new}.memberships
    )
    SEMI JOIN {new}.companies USING (company_id)
),
moves AS (
    SELECT before.company_id AS old_id, after.company_id AS new_id, count(*) AS records
    FROM {old}.memberships AS before
    JOIN {new}.memberships AS after USING (source, member_id)
    ANTI JOIN renumbered ON (renumbered.company_id, renumbered.source) = (before.company_id, before.source)
    ANTI JOIN unnumbered ON (unnumbered.company_id, unnumbered.source) = (after.company_id, after.source)
    WHERE before.company_id <> after.company_id
        -- Another date of joining is another member. A date known to the year only says no more than that.
        AND coalesce(year(before.joined_on) = year(after.joined_on), true)
        AND (
            coalesce(before.joined_on = after.joined_on, true)
            OR 'year' IN (before.joined_precision, after.joined_precision)
        )
    GROUP BY ALL
),
heirs AS (
    SELECT old_id AS company_id, first(new_id ORDER BY records DESC, new_id) AS heir_id
    FROM moves
    WHERE {backwards}
    GROUP BY old_id
),
origins AS (
    SELECT new_id AS company_id, first(old_id ORDER BY records DESC, old_id) AS origin_id
    FROM moves
    GROUP BY new_id
),
redirected AS (
    SELECT aliases.retired_id AS company_id, aliases.company_id AS alias_id
    FROM {new}.company_aliases AS aliases
    SEMI JOIN {new}.companies USING (company_id)
),
gone AS (
    SELECT left_over.company_id, coalesce(alias_id, staying.company_id) AS other_id
    FROM (SELECT company_id FROM {old}.companies ANTI JOIN {new}.companies USING (company_id)) AS left_over
    LEFT JOIN redirected USING (company_id)
    LEFT JOIN heirs USING (company_id)
    LEFT JOIN {old}.companies AS staying ON staying.company_id = heirs.heir_id
),
come AS (
    SELECT fresh.company_id, staying.company_id AS other_id
    FROM (SELECT company_id FROM {new}.companies ANTI JOIN {old}.companies USING (company_id)) AS fresh
    LEFT JOIN origins USING (company_id)
    LEFT JOIN {new}.companies AS staying ON staying.company_id = origins.origin_id
),
changed AS (
    -- Of most companies nothing changed: hashes tell it sooner than texts.
    SELECT company_id
    FROM (SELECT company_id, hash({old_cells}) AS content FROM {old}.companies AS companies) AS before
    JOIN (SELECT company_id, hash({new_cells}) AS content FROM {new}.companies AS companies) AS after
    USING (company_id)
    WHERE before.content <> after.content
),
old_texts AS (
    SELECT company_id, {old_texts}
    FROM {old}.companies AS companies
    SEMI JOIN changed USING (company_id)
),
new_texts AS (
    SELECT company_id, {new_texts}
    FROM {new}.companies AS companies
    SEMI JOIN changed USING (company_id)
),
old_cells AS (
    UNPIVOT old_texts
    ON COLUMNS(* EXCLUDE (company_id)) INTO NAME field VALUE cell
),
new_cells AS (
    UNPIVOT new_texts
    ON COLUMNS(* EXCLUDE (company_id)) INTO NAME field VALUE cell
),
events AS (
    SELECT if(other_id IS NULL, 'left', 'merged') AS kind, company_id, other_id,
           NULL AS field, NULL AS old_value, NULL AS new_value
    FROM gone
    UNION ALL
    SELECT if(other_id IS NULL, 'joined', 'split'), company_id, other_id, NULL, NULL, NULL
    FROM come
    UNION ALL
    SELECT 'changed', company_id, NULL, field, before.cell, after.cell
    FROM old_cells AS before
    FULL JOIN new_cells AS after USING (company_id, field)
    WHERE before.cell IS DISTINCT FROM after.cell
),
known AS (
    SELECT company_id, name, is_sole_trader, 1 AS place FROM {new}.companies
    UNION ALL
    SELECT company_id, name, is_sole_trader, 2 FROM {old}.companies
),
names AS (
    SELECT company_id, first(name ORDER BY place) AS name, bool_or(is_sole_trader) AS is_person
    FROM known
    GROUP BY company_id
)
SELECT kind, company_id, if(is_person, {mask}, name) AS name, other_id, field,
       if(is_person AND field IN ({hidden}) AND old_value IS NOT NULL, {mask}, old_value) AS old,
       if(is_person AND field IN ({hidden}) AND new_value IS NOT NULL, {mask}, new_value) AS new
FROM events
JOIN names USING (company_id)
ORDER BY ALL
