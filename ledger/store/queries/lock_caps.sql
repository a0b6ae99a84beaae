-- Locks the caps of those whose spending orders are, in the order in which they are named, after the chains: an account may spend in several.
-- in: as read_caps
-- out: as read_caps
SELECT wanted.company_id, cap.account_id, cap.own_micros IS NOT NULL AS own_is_set, coalesce(cap.own_micros, 0) AS own_micros,
       cap.above_micros IS NOT NULL AS above_is_set, coalesce(cap.above_micros, 0) AS above_micros, cap.month_start_time, cap.month_end_time,
       cap.spent_micros, cap.reserved_micros, cap.exceeded_told
FROM unnest(:company_ids, :account_ids) AS wanted (company_id, account_id)
CROSS JOIN LATERAL (SELECT * FROM spending_cap WHERE spending_cap.account_id = wanted.account_id LIMIT 1 FOR UPDATE) AS cap
