-- Keeps a billing address, sealed.
INSERT INTO billing_address (account_id, sealed, create_time) VALUES ($1, $2, $3)
