-- All that is kept under a company is kept under another from now on, and so is what came to it before. In one statement, for its rows refer to each
-- other. The accounts' own rows stay behind, so that nothing looks for what still refers to them.
-- in: company_id id, into_company_id id, moved_time time
WITH leaving AS (
    UPDATE account SET moved_time = :moved_time WHERE company_id = :company_id RETURNING account_id, corporate, verified, updated_time
), joining AS (
    INSERT INTO account (company_id, account_id, corporate, verified, updated_time)
    SELECT :into_company_id, account_id, corporate, verified, updated_time FROM leaving
    ON CONFLICT (company_id, account_id) DO NOTHING
), moved_verification AS (
    UPDATE verification SET company_id = :into_company_id WHERE company_id = :company_id
), moved_payment_relation AS (
    UPDATE payment_relation SET company_id = :into_company_id WHERE company_id = :company_id
), moved_coupon_pool AS (
    UPDATE coupon_pool SET company_id = :into_company_id WHERE company_id = :company_id
), moved_asset AS (
    UPDATE asset SET company_id = :into_company_id, origin_company_id = coalesce(origin_company_id, company_id) WHERE company_id = :company_id
), moved_share AS (
    UPDATE share SET company_id = :into_company_id WHERE company_id = :company_id
), moved_organization AS (
    UPDATE organization SET company_id = :into_company_id WHERE company_id = :company_id
), moved_organization_member AS (
    UPDATE organization_member SET company_id = :into_company_id WHERE company_id = :company_id
), moved_organization_share AS (
    UPDATE organization_share SET company_id = :into_company_id WHERE company_id = :company_id
), moved_automatic_rule AS (
    UPDATE automatic_rule SET company_id = :into_company_id WHERE company_id = :company_id
)
UPDATE company SET into_company_id = :into_company_id, moved_time = coalesce(moved_time, :moved_time)
WHERE company_id = ANY (ARRAY(
    SELECT company_id FROM company WHERE company_id = :company_id
    UNION ALL
    SELECT company_id FROM company WHERE into_company_id = :company_id))
