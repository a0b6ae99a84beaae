-- A new card, before the provider is asked for a token.
-- in: account_id id, payment_method_id id, kind text, state text, brand text, last_four text, expiry_month int64,
-- in: expiry_year int64, holder_name text, fingerprint bytes, created_time time
INSERT INTO payment_method (account_id, payment_method_id, kind, state, brand, last_four, expiry_month,
                            expiry_year, holder_name, fingerprint, created_time)
VALUES (:account_id, :payment_method_id, :kind, :state, :brand, :last_four, :expiry_month, :expiry_year, :holder_name,
    :fingerprint, :created_time)
