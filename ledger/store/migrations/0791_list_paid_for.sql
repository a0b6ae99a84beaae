-- What was bought and metered for an account on others' money, wherever that is booked (LED-20). Only entries that name somebody have a row.
CREATE INDEX entry_paid_for ON entry (sub_account_id, recorded_time, chain, sequence) WHERE kind IN (3, 4, 5) AND sub_account_id IS NOT NULL;
