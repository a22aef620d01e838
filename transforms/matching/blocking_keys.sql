-- One row a record and blocking key: records that share a key under a rule are a candidate pair.
WITH
names AS (
    SELECT record, name_core AS core FROM records
    UNION
    SELECT record, trade_name_core FROM records WHERE trade_name_core IS NOT NULL
),
words AS (
    SELECT DISTINCT record, word
    FROM (SELECT record, unnest(string_split(core, ' ')) AS word FROM names)
    WHERE length(word) >= 3
),
initials AS (
    SELECT record, list_aggregate(list_transform(string_split(core, ' '), lambda w: w[1]), 'string_agg', '') AS letters
    FROM names
    WHERE core LIKE '% % %'
)
SELECT 'siren' AS rule, siren AS key, record FROM records WHERE siren IS NOT NULL
UNION ALL
SELECT 'rna', rna, record FROM records WHERE rna IS NOT NULL
UNION ALL
SELECT 'phone', phone, record FROM records WHERE phone IS NOT NULL
UNION ALL
SELECT 'email', email, record FROM records WHERE email IS NOT NULL
UNION ALL
SELECT DISTINCT 'domain', domain, record
FROM (
    SELECT web_domain AS domain, record FROM records
    UNION ALL
    SELECT email_domain, record FROM records WHERE NOT is_free_mail
)
WHERE domain IS NOT NULL
UNION ALL
SELECT 'address', concat_ws('|', city_key, street_number, street_name), record
FROM records
WHERE street_name IS NOT NULL AND city_key IS NOT NULL
UNION ALL
SELECT 'place', concat_ws('|', city_key, address_complement), record
FROM records
WHERE street_name IS NULL AND address_complement IS NOT NULL AND city_key IS NOT NULL
UNION ALL
SELECT 'name', replace(core, ' ', ''), record FROM names
UNION ALL
SELECT 'word', word, record FROM words
UNION ALL
SELECT 'acronym', letters, record FROM initials
UNION ALL
SELECT 'acronym', word, record FROM words WHERE length(word) BETWEEN 3 AND 6
UNION ALL
SELECT 'first_letters', concat_ws('|', departement, replace(core, ' ', '')[1:5]), names.record
FROM names
JOIN records USING (record)
WHERE length(core) >= 5
