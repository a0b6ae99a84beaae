-- The company facts of accounts, in the order asked for, and whether each has an unended share of the asset; those that moved stand where they are.
-- in: company_id id, account_ids id[], asset_id id
-- out: known bool, corporate bool, verified bool, same_company bool, has_share bool
SELECT here.account_id IS NOT NULL OR elsewhere.found AS known, coalesce(here.corporate, elsewhere.corporate, false) AS corporate,
       coalesce(here.verified, elsewhere.verified, false) AS verified, here.account_id IS NOT NULL AS same_company,
       EXISTS (SELECT FROM share WHERE share.company_id = :company_id AND share.asset_id = :asset_id
           AND share.account_id = asked.account_id AND ended_time IS NULL) AS has_share
FROM unnest(:account_ids) WITH ORDINALITY AS asked (account_id, place)
LEFT JOIN LATERAL (SELECT * FROM account WHERE account.company_id = :company_id AND account.account_id = asked.account_id
    LIMIT 1) AS here ON true
LEFT JOIN LATERAL (SELECT true AS found, other.corporate, other.verified FROM account AS other
    WHERE other.account_id = asked.account_id AND other.moved_time IS NULL LIMIT 1) AS elsewhere ON true
ORDER BY asked.place
