-- Places holds.
-- in: company_ids id[], sequences int64[], account_ids id[], states int64[], amount_micros int64[], captured_micros int64[],
-- in: expire_times time[], placed_times time[], sub_account_ids id[]
INSERT INTO hold (company_id, sequence, account_id, state, amount_micros, captured_micros, expire_time, placed_time, sub_account_id)
SELECT *
FROM unnest(:company_ids, :sequences, :account_ids, :states, :amount_micros, :captured_micros, :expire_times, :placed_times,
    :sub_account_ids)
