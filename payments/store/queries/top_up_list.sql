-- A page of the account's top-ups, newest first, from below the last id seen, with a text in their remark (PAY-17), on demand of one state,
-- rail or target, of some time, or only those that may still move.
-- in: account_id id, below_id id, remark_contains text, state text, rail text, open bool, target_account_id id?, start_time time?,
-- in: end_time time?, limit int64
-- out: as top_up_find
SELECT t.account_id, t.top_up_id, t.target_account_id, t.payment_method_id, t.rail, t.state, t.amount_micros, t.currency, t.remark,
       t.provider_id, t.failure_reason, t.failure_advice, t.wire_reference, t.statement_line, t.tries, t.created_time,
       t.succeeded_time, t.credited_time, t.suspense_reason, t.suspense_time, t.returned_time
  FROM top_up t
 WHERE t.account_id = :account_id AND t.top_up_id < :below_id AND position(lower(:remark_contains) IN lower(t.remark)) > 0
   AND (:state = '' OR t.state = :state) AND (:rail = '' OR t.rail = :rail)
   AND (NOT :open OR (t.state NOT IN ('CREDITED', 'FAILED', 'RETURNED')) IS TRUE) -- no question for the index of those under way
   AND (:target_account_id IS NULL OR t.target_account_id = :target_account_id)
   AND (:start_time IS NULL OR t.created_time >= :start_time) AND (:end_time IS NULL OR t.created_time < :end_time)
 ORDER BY t.top_up_id DESC LIMIT :limit
