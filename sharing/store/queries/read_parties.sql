-- The company facts of accounts, in the order asked for, and whether each has an unended share of the asset.
SELECT here.account_id IS NOT NULL OR elsewhere.found, coalesce(here.corporate, elsewhere.corporate, false),
       coalesce(here.verified, elsewhere.verified, false), here.account_id IS NOT NULL,
       EXISTS (SELECT FROM share WHERE share.company_id = $1::uuid AND share.asset_id = $3::uuid AND share.account_id = asked.account_id AND ended_time IS NULL)
FROM unnest($2::uuid[]) WITH ORDINALITY AS asked (account_id, place)
LEFT JOIN LATERAL (SELECT * FROM account WHERE account.company_id = $1::uuid AND account.account_id = asked.account_id LIMIT 1) AS here ON true
LEFT JOIN LATERAL (SELECT true AS found, other.corporate, other.verified FROM account AS other WHERE other.account_id = asked.account_id LIMIT 1) AS elsewhere ON true
ORDER BY asked.place
