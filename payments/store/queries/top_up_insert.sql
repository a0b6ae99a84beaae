-- A top-up as ordered, before the provider is asked.
INSERT INTO top_up (account_id, top_up_id, target_account_id, payment_method_id, rail, state, amount_micros, currency, remark,
                    wire_reference, next_time, created_time)
VALUES ($1::uuid, $2::uuid, $3::uuid, $4::uuid, $5::text, $6::text, $7::bigint, $8::text,
        $9::text, $10::text, $11::timestamptz, $12::timestamptz)
