-- Keeps what counts for caps.
-- in: account_ids id[], month_start_times time[], month_end_times time[], spent_micros int64[], reserved_micros int64[], exceeded_told bool[]
UPDATE spending_cap
SET month_start_time = kept.month_start_time, month_end_time = kept.month_end_time, spent_micros = kept.spent_micros,
    reserved_micros = kept.reserved_micros, exceeded_told = kept.exceeded_told
FROM unnest(:account_ids, :month_start_times, :month_end_times, :spent_micros, :reserved_micros, :exceeded_told)
    AS kept (account_id, month_start_time, month_end_time, spent_micros, reserved_micros, exceeded_told)
WHERE spending_cap.account_id = kept.account_id
