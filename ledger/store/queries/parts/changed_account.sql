changed_account AS (
    UPDATE account
    SET own_micros = new.own_micros, transferred_in_micros = new.transferred_in_micros,
        refund_credit_micros = new.refund_credit_micros,
        unbilled_micros = new.unbilled_micros, outstanding_micros = new.outstanding_micros, revenue_micros = new.revenue_micros,
        top_up_micros = new.top_up_micros, adjustment_micros = new.adjustment_micros, clearing_micros = new.clearing_micros, frozen_micros = new.frozen_micros,
        earliest_due_time = new.earliest_due_time, suspended = new.suspended, stop_due_time = new.stop_due_time,
        turned_time = new.turned_time,
        release_due = account.release_due AND new.suspended AND new.turned_time IS NOT DISTINCT FROM account.turned_time,
        version = new.version, lot_first = new.lot_first, contract_state = new.contract_state, credit_limit_micros = new.credit_limit_micros, confirmed_time = new.confirmed_time
    FROM (SELECT unnest(:account_numbers) AS number, unnest(:own_micros) AS own_micros,
                 unnest(:transferred_in_micros) AS transferred_in_micros, unnest(:refund_credit_micros) AS refund_credit_micros,
                 unnest(:unbilled_micros) AS unbilled_micros, unnest(:outstanding_micros) AS outstanding_micros,
                 unnest(:revenue_micros) AS revenue_micros, unnest(:top_up_micros) AS top_up_micros,
                 unnest(:adjustment_micros) AS adjustment_micros, unnest(:clearing_micros) AS clearing_micros, unnest(:frozen_micros) AS frozen_micros,
                 unnest(:earliest_due_times) AS earliest_due_time, unnest(:suspended) AS suspended,
                 unnest(:stop_due_times) AS stop_due_time, unnest(:turned_times) AS turned_time, unnest(:versions) AS version,
                 unnest(:lot_firsts) AS lot_first, unnest(:contract_states) AS contract_state,
                 unnest(:credit_limit_micros) AS credit_limit_micros, unnest(:confirmed_times) AS confirmed_time) AS new
    CROSS JOIN LATERAL (SELECT ctid FROM account AS kept WHERE kept.number = new.number LIMIT 1) AS place
    WHERE account.ctid = place.ctid
    RETURNING 1
),
