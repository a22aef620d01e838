-- For each source and each field that its export has: how many cells are filled, usable, refused.
-- The cells as received are those of the build database: the public tables hold only what came of them.
WITH readings AS (
    -- Null: an empty cell; true: a value came of it; false: none did.
    SELECT
        r.source,
        r.source_row,
        true AS member_id,
        true AS name,
        if(r.trade_name IS NULL, NULL, s.trade_name IS NOT NULL) AS trade_name,
        if(r.legal_form IS NULL, NULL, s.legal_form IS NOT NULL) AS legal_form,
        if(r.siren IS NULL, NULL, s.siren_field IS NOT DISTINCT FROM 'siren') AS siren,
        if(r.siret IS NULL, NULL, s.siret IS NOT NULL OR s.siren_field IS NOT DISTINCT FROM 'siret') AS siret,
        if(r.tva IS NULL, NULL, s.tva IS NOT NULL) AS tva,
        if(r.rna IS NULL, NULL, s.rna IS NOT NULL) AS rna,
        if(r.address IS NULL, NULL, s.address IS NOT NULL) AS address,
        if(r.full_address IS NULL, NULL, coalesce(s.address, s.postcode, s.city) IS NOT NULL) AS full_address,
        if(r.postcode IS NULL, NULL, s.postcode IS NOT NULL) AS postcode,
        if(r.city IS NULL, NULL, s.city IS NOT NULL) AS city,
        if(r.phone IS NULL, NULL, s.phone IS NOT NULL) AS phone,
        if(r.email IS NULL, NULL, s.email IS NOT NULL) AS email,
        if(r.website IS NULL, NULL, s.website IS NOT NULL) AS website,
        if(r.naf_code IS NULL, NULL, s.naf_code IS NOT NULL) AS naf_code,
        if(r.headcount IS NULL, NULL, s.jobs_kind <> 'unknown') AS headcount,
        if(r.turnover IS NULL, NULL, s.turnover_eur_kind <> 'unknown') AS turnover,
        if(r.fee IS NULL, NULL, s.fee_eur IS NOT NULL) AS fee,
        if(r.joined_on IS NULL, NULL, s.joined_on IS NOT NULL) AS joined_on,
        if(r.status IS NULL, NULL, s.status_exported IS NOT NULL) AS status,
        if(r.college IS NULL, NULL, s.college IS NOT NULL) AS college,
        if(r.contact_person IS NULL, NULL, s.contact_person IS NOT NULL) AS contact_person,
        if(r.contact_role IS NULL, NULL, s.contact_role IS NOT NULL) AS contact_role
    FROM build.raw.records AS r
    INNER JOIN build.standard.records AS s USING (source, member_id)
),

cells AS (
    UNPIVOT readings
    ON COLUMNS(* EXCLUDE (source, source_row))
    INTO NAME field VALUE understood
),

-- What the quality rules find is kept: a doubt, no refusal.
told AS (
    SELECT
        source,
        source_row,
        field,
        bool_or(severity = 'warning' AND stage <> 'quality') AS is_refused,
        bool_or(severity = 'info' OR stage = 'quality') AS is_flagged
    FROM temp._rejections
    WHERE severity <> 'critical'
    GROUP BY source, source_row, field
),

counted AS (
    SELECT
        source,
        field,
        count(*) AS filled,
        count(*) FILTER (understood AND NOT coalesce(is_refused, false)) AS valid,
        count(*) FILTER (is_refused) AS refused,
        count(*) FILTER (is_flagged) AS flagged
    FROM cells
    LEFT JOIN told USING (source, source_row, field)
    GROUP BY source, field
),

expected AS (
    SELECT DISTINCT source, field, records
    FROM build.raw.columns
    INNER JOIN build.raw.sources USING (source)
    WHERE field IS NOT NULL
)

SELECT
    source,
    field,
    label,
    records,
    coalesce(filled, 0) AS filled,
    coalesce(valid, 0) AS valid,
    coalesce(refused, 0) AS refused,
    coalesce(filled - valid - refused, 0) AS no_value,
    coalesce(flagged, 0) AS flagged,
    coalesce(valid + refused, 0) / nullif(records, 0) AS completeness,
    valid / nullif(valid + refused, 0) AS validity
FROM expected
LEFT JOIN counted USING (source, field)
INNER JOIN field_names USING (field)
