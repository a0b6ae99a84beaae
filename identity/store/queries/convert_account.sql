-- Makes an individual's account an organisation's, with the billing address that holds from now on; the former one is kept. As an upgrade it is
-- noted once (ID-28, D).
-- in: account_id id, sealed bytes, now time
WITH former AS (
    INSERT INTO former_billing_address (account_id, sealed, create_time, end_time)
    SELECT account_id, sealed, create_time, :now FROM billing_address WHERE account_id = :account_id
), address AS (
    UPDATE billing_address SET sealed = :sealed, create_time = :now WHERE account_id = :account_id
)
UPDATE account SET type = 'CORPORATE', upgrade_time = coalesce(upgrade_time, :now) WHERE account_id = :account_id
