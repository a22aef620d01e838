-- One more publication at the end of the history: from `moment` on, readers have what the schema `now` holds instead of
-- what `served` holds. run: the run that publishes; restored: the run of the version that it puts back, or NULL;
-- differences: what changed, by the rule of changes.py; compared: whether there is anything to compare with;
-- told: the columns that were there before too; follows_…: whether the day of a figure is that of its export.
CREATE OR REPLACE TABLE memory.now.differences AS {differences};

INSERT INTO changes BY NAME
SELECT
    (SELECT coalesce(max(change_no), 0) FROM changes)
        + row_number() OVER (ORDER BY kind, company_id, other_id, field) AS change_no,
    {moment} AS changed_at,
    {run} AS run_id,
    kind,
    company_id,
    name,
    other_id,
    field,
    old AS old_value,
    new AS new_value
FROM memory.now.differences
WHERE (field IS NULL OR list_contains({told}, field)) AND {compared};

UPDATE companies_history
SET valid_to = {moment}, to_run_id = {run}
WHERE valid_to IS NULL
    AND company_id IN (SELECT company_id FROM memory.now.differences WHERE kind IN ('left', 'merged', 'changed'));

INSERT INTO companies_history BY NAME
SELECT
    companies.*,
    {moment} AS valid_from,
    {run} AS from_run_id,
    {follows_jobs} AS jobs_as_of_follows,
    {follows_turnover} AS turnover_eur_as_of_follows
FROM memory.now.companies AS companies
WHERE company_id IN (SELECT company_id FROM memory.now.differences WHERE kind IN ('joined', 'split', 'changed'));

CREATE OR REPLACE TEMP TABLE ended AS
SELECT * FROM memory.served.memberships
EXCEPT
SELECT * FROM memory.now.memberships;

UPDATE memberships_history AS held
SET valid_to = {moment}, to_run_id = {run}
FROM ended
WHERE valid_to IS NULL
    AND (held.source, held.member_id) = (ended.source, ended.member_id);

INSERT INTO memberships_history BY NAME
SELECT begun.*, {moment} AS valid_from, {run} AS from_run_id
FROM (SELECT * FROM memory.now.memberships EXCEPT SELECT * FROM memory.served.memberships) AS begun;

INSERT INTO publications BY NAME
SELECT
    {moment} AS published_at,
    {run} AS run_id,
    {restored} AS restored_run_id,
    (
        SELECT coalesce(map_from_entries(list((source, export_date) ORDER BY source)), MAP {{}})
        FROM memory.now.sources
    ) AS exports,
    if({compared}, COLUMNS(counts.*), NULL)
FROM (
    SELECT
        count(DISTINCT company_id) FILTER (kind = 'joined') AS n_joined,
        count(DISTINCT company_id) FILTER (kind = 'left') AS n_left,
        count(DISTINCT company_id) FILTER (kind = 'merged') AS n_merged,
        count(DISTINCT company_id) FILTER (kind = 'split') AS n_split,
        count(DISTINCT company_id) FILTER (kind = 'changed') AS n_changed
    FROM changes
    WHERE changed_at = {moment}
) AS counts;
