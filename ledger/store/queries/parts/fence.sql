UPDATE chain
SET length = (:chain_lengths)[array_position(:chain_company_ids, company_id)],
    recorded_time = (:chain_recorded_times)[array_position(:chain_company_ids, company_id)],
    hash = (:chain_hashes)[array_position(:chain_company_ids, company_id)],
    revision = CASE WHEN revision = (:chain_revisions_found)[array_position(:chain_company_ids, company_id)]
            AND (SELECT count FROM seen) = cardinality(:chain_company_ids) AND (SELECT count FROM asked) = 0
        THEN (:chain_revisions)[array_position(:chain_company_ids, company_id)] END
WHERE company_id = ANY (:chain_company_ids)
