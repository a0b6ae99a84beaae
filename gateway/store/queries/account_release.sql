-- Gives an account back, if it still is in our hand.
UPDATE gateway.account SET lease_id = NULL, lease_time = $3::timestamptz WHERE account_id = $1::uuid AND lease_id = $2::uuid
