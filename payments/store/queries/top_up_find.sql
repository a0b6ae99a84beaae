-- One top-up.
-- in: account_id id, top_up_id id
-- out: account_id id, top_up_id id, target_account_id id, payment_method_id id?, rail text, state text, amount_micros int64,
-- out: currency text, remark text, provider_id text?, failure_reason text, failure_advice text, wire_reference text?,
-- out: statement_line text?, tries int64, created_time time, succeeded_time time?, credited_time time?, suspense_reason text,
-- out: suspense_time time?, returned_time time?
SELECT t.account_id, t.top_up_id, t.target_account_id, t.payment_method_id, t.rail, t.state, t.amount_micros, t.currency, t.remark,
       t.provider_id, t.failure_reason, t.failure_advice, t.wire_reference, t.statement_line, t.tries, t.created_time,
       t.succeeded_time, t.credited_time, t.suspense_reason, t.suspense_time, t.returned_time
  FROM top_up t WHERE t.account_id = :account_id AND t.top_up_id = :top_up_id
