-- How many rows would move with a company, of no more than look_max.
-- in: company_id id, look_max int64
-- out: kept int64
SELECT count(*) AS kept
FROM (
    SELECT 1 FROM account WHERE company_id = :company_id
    UNION ALL SELECT 1 FROM verification WHERE company_id = :company_id
    UNION ALL SELECT 1 FROM payment_relation WHERE company_id = :company_id
    UNION ALL SELECT 1 FROM coupon_pool WHERE company_id = :company_id
    UNION ALL SELECT 1 FROM asset WHERE company_id = :company_id
    UNION ALL SELECT 1 FROM share WHERE company_id = :company_id
    UNION ALL SELECT 1 FROM organization WHERE company_id = :company_id
    UNION ALL SELECT 1 FROM organization_member WHERE company_id = :company_id
    UNION ALL SELECT 1 FROM organization_share WHERE company_id = :company_id
    UNION ALL SELECT 1 FROM automatic_rule WHERE company_id = :company_id
    LIMIT :look_max
) AS row
