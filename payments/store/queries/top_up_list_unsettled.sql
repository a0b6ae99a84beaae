-- A page of what is not settled of all accounts, newest first, on demand of one state.
-- in: below_id id, state text, limit int64
-- out: as top_up_find
SELECT t.account_id, t.top_up_id, t.target_account_id, t.payment_method_id, t.rail, t.state, t.amount_micros, t.currency, t.remark,
       t.provider_id, t.failure_reason, t.failure_advice, t.wire_reference, t.statement_line, t.tries, t.created_time,
       t.succeeded_time, t.credited_time, t.suspense_reason, t.suspense_time, t.returned_time
  FROM top_up t
 WHERE t.state IN ('SUCCEEDED', 'MANUAL', 'IN_SUSPENSE', 'RETURNING', 'REFUNDING') AND t.top_up_id < :below_id
   AND (:state = '' OR t.state = :state)
 ORDER BY t.top_up_id DESC LIMIT :limit
