-- A new card, before the provider is asked for a token.
INSERT INTO payment_method (account_id, payment_method_id, kind, state, brand, last_four, expiry_month,
                            expiry_year, holder_name, fingerprint, created_time)
VALUES ($1::uuid, $2::uuid, $3::text, $4::text, $5::text, $6::text, $7::bigint, $8::bigint, $9::text, $10::bytea, $11::timestamptz)
