-- Opens the row of an account in its company's chain beside that in its own: what is set of it, and nothing that is booked. Both are locked.
-- in: account_id id, company_id id
-- out: number int64
INSERT INTO account (company_id, account_id, opened_in_id, corporate, company_verified, currency, state, payment_mode, buffer_micros,
                     pay_on_behalf, receivables, override_until_time, override_reason, override_approver_id, contract_state, suspended,
                     opened_time, evaluated_time, told_due_time, spending, spending_set_time, spending_set_by,
                     suspension_policy, warned_time, stop_due_time, turned_time, release_due, acknowledged_time)
SELECT :company_id, account_id, account_id, corporate, true, currency, state, payment_mode, buffer_micros,
       pay_on_behalf, receivables, override_until_time, override_reason, override_approver_id, contract_state, suspended,
       opened_time, evaluated_time, told_due_time, spending, spending_set_time, spending_set_by,
                     suspension_policy, warned_time, stop_due_time, turned_time, release_due, acknowledged_time
FROM account
WHERE company_id = :account_id AND account_id = :account_id AND moved_time IS NULL
RETURNING number::bigint
