-- The top-up that a wire transfer names, locked.
-- in: wire_reference text
-- out: as top_up_find
SELECT t.account_id, t.top_up_id, t.target_account_id, t.payment_method_id, t.rail, t.state, t.amount_micros, t.currency, t.remark,
       t.provider_id, t.failure_reason, t.failure_advice, t.wire_reference, t.statement_line, t.tries, t.created_time,
       t.succeeded_time, t.credited_time, t.suspense_reason, t.suspense_time, t.returned_time
  FROM top_up t WHERE t.wire_reference = :wire_reference FOR UPDATE
