-- A top-up as ordered, before the provider is asked.
-- in: account_id id, top_up_id id, target_account_id id, payment_method_id id?, rail text, state text, amount_micros int64,
-- in: currency text, remark text, wire_reference text, next_time time?, created_time time
INSERT INTO top_up (account_id, top_up_id, target_account_id, payment_method_id, rail, state, amount_micros, currency, remark,
                    wire_reference, next_time, created_time)
VALUES (:account_id, :top_up_id, :target_account_id, :payment_method_id, :rail, :state, :amount_micros, :currency,
        :remark, :wire_reference, :next_time, :created_time)
