-- Keeps a billing address, sealed.
-- in: account_id id, sealed bytes, create_time time
INSERT INTO billing_address (account_id, sealed, create_time) VALUES (:account_id, :sealed, :create_time)
