-- Takes an account in hand for one opening; no row while another has it.
INSERT INTO gateway.account (account_id, lease_id, lease_time) VALUES ($1::uuid, $2::uuid, $4::timestamptz)
ON CONFLICT (account_id) DO UPDATE SET lease_id = $2::uuid, lease_time = $4::timestamptz
WHERE account.lease_time <= $3::timestamptz
RETURNING company_id
