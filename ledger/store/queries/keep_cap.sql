-- Keeps an account's cap, which is locked, or which it had none of.
-- in: account_id id, own_is_set bool, own_micros int64, above_is_set bool, above_micros int64, month_start_time time, month_end_time time,
-- in: spent_micros int64, reserved_micros int64, exceeded_told bool
INSERT INTO spending_cap (account_id, own_micros, above_micros, month_start_time, month_end_time, spent_micros, reserved_micros, exceeded_told)
VALUES (:account_id, CASE WHEN :own_is_set THEN :own_micros END, CASE WHEN :above_is_set THEN :above_micros END, :month_start_time,
        :month_end_time, :spent_micros, :reserved_micros, :exceeded_told)
ON CONFLICT (account_id) DO UPDATE
SET own_micros = excluded.own_micros, above_micros = excluded.above_micros, month_start_time = excluded.month_start_time,
    month_end_time = excluded.month_end_time, spent_micros = excluded.spent_micros, reserved_micros = excluded.reserved_micros,
    exceeded_told = excluded.exceeded_told
