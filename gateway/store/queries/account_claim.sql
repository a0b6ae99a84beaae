-- Takes an account in hand for one opening; no row while another has it.
-- in: account_id id, lease_id id, now time, lease_time time
-- out: company_id id?
INSERT INTO gateway.account (account_id, lease_id, lease_time) VALUES (:account_id, :lease_id, :lease_time)
ON CONFLICT (account_id) DO UPDATE SET lease_id = :lease_id, lease_time = :lease_time
WHERE account.lease_time <= :now
RETURNING company_id
