-- What the members' matching spec reads: columns of standard.records, and what follows from them.
SELECT
    source, member_id, name_core, trade_name_core, legal_form, siren, rna,
    -- A SIRET is its company's SIREN and five more digits.
    siret_low // 100000                                          AS siren_low,
    siret_high // 100000                                         AS siren_high,
    naf_code,
    left(naf_code, 2)                                            AS naf_division,
    street_number,
    coalesce(street_name, address_complement)                    AS street,
    CASE WHEN street IS NOT NULL THEN concat_ws(' ', street_number, street) END AS door,
    postcode, city_key, departement, phone, email, web_domain,
    -- A free-mail provider's domain says nothing; there the whole address does.
    CASE WHEN NOT is_free_mail THEN email_domain END             AS mail_domain,
    CASE WHEN is_free_mail THEN email END                        AS free_mail
FROM standard.records
ORDER BY source, member_id
