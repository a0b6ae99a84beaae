-- An account that moved into its company's chain with entries has a row in each (docs/decisions/0017): that of its own chain is history since
-- moved_time, and has nothing; the other begins with the entry moved_in_sequence. The check is for a ledger of before, which would find it as
-- an account like any other.
ALTER TABLE account
    ADD COLUMN moved_in_sequence bigint,
    ADD COLUMN moved_time timestamptz CHECK (moved_time IS NULL
        OR (own_micros = 0 AND transferred_in_micros = 0 AND refund_credit_micros = 0 AND unbilled_micros = 0 AND outstanding_micros = 0
            AND frozen_micros = 0 AND credit_limit_micros = 0));
