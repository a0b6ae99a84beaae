-- Reads the caps of those whose spending orders are, each once for each chain that it is asked for in.
-- in: company_ids id[], account_ids id[]
-- out: company_id id, account_id id, own_is_set bool, own_micros int64, above_is_set bool, above_micros int64, month_start_time time,
-- out: month_end_time time, spent_micros int64, reserved_micros int64, exceeded_told bool
SELECT wanted.company_id, cap.account_id, cap.own_micros IS NOT NULL AS own_is_set, coalesce(cap.own_micros, 0) AS own_micros,
       cap.above_micros IS NOT NULL AS above_is_set, coalesce(cap.above_micros, 0) AS above_micros, cap.month_start_time, cap.month_end_time,
       cap.spent_micros, cap.reserved_micros, cap.exceeded_told
FROM unnest(:company_ids, :account_ids) AS wanted (company_id, account_id)
CROSS JOIN LATERAL (SELECT * FROM spending_cap WHERE spending_cap.account_id = wanted.account_id LIMIT 1) AS cap
