-- Notes that an account is an upgraded one from now on (ID-28, D).
-- in: account_id id, upgrade_time time
UPDATE account SET upgrade_time = :upgrade_time WHERE account_id = :account_id
