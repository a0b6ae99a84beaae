-- Ends the month that an account's cap counts at another moment: it is billed by another zone from within that month on.
-- in: account_id id, now time, month_end_time time
UPDATE spending_cap SET month_end_time = :month_end_time WHERE account_id = :account_id AND month_end_time > :now
