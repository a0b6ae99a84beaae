-- Keeps the accounts that a batch changed; it holds their locks.
UPDATE account
SET own_micros = new.own_micros, transferred_in_micros = new.transferred_in_micros, refund_credit_micros = new.refund_credit_micros,
    unbilled_micros = new.unbilled_micros, outstanding_micros = new.outstanding_micros, revenue_micros = new.revenue_micros,
    top_up_micros = new.top_up_micros, adjustment_micros = new.adjustment_micros, frozen_micros = new.frozen_micros,
    earliest_due_time = new.earliest_due_time, suspended = new.suspended, version = new.version, lot_first = new.lot_first,
    contract_state = new.contract_state, credit_limit_micros = new.credit_limit_micros, confirmed_time = new.confirmed_time
FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[],
            $11::bigint[], $12::timestamptz[], $13::boolean[], $14::bigint[], $15::bigint[], $16::bigint[], $17::bigint[], $18::timestamptz[])
    AS new (company_id, account_id, own_micros, transferred_in_micros, refund_credit_micros, unbilled_micros, outstanding_micros,
            revenue_micros, top_up_micros, adjustment_micros, frozen_micros, earliest_due_time, suspended, version, lot_first,
            contract_state, credit_limit_micros, confirmed_time)
WHERE account.company_id = new.company_id AND account.account_id = new.account_id
