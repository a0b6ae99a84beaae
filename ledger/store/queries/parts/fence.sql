UPDATE chain
SET length = (:chain_lengths)[width_bucket(company_id, :chain_company_ids)],
    recorded_time = (:chain_recorded_times)[width_bucket(company_id, :chain_company_ids)],
    hash = (:chain_hashes)[width_bucket(company_id, :chain_company_ids)],
    revision = CASE WHEN revision = (:chain_revisions_found)[width_bucket(company_id, :chain_company_ids)]
            AND (SELECT count FROM seen) = cardinality(:chain_company_ids) AND (SELECT count FROM asked) = 0
        THEN (:chain_revisions)[width_bucket(company_id, :chain_company_ids)] END
WHERE company_id = ANY (:chain_company_ids)
