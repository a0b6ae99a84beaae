-- Keeps what an account's lines gave back that no order has taken into account; it is held.
-- in: account_id id, carried_micros int64
UPDATE usage_account SET carried_micros = :carried_micros WHERE account_id = :account_id
