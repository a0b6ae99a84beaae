seen AS MATERIALIZED (
    SELECT count(*) AS count
    FROM unnest(:chain_company_ids, :chain_revisions_found) AS decided (company_id, revision)
    CROSS JOIN LATERAL (SELECT revision FROM chain WHERE chain.company_id = decided.company_id LIMIT 1) AS kept
    WHERE kept.revision = decided.revision
),
