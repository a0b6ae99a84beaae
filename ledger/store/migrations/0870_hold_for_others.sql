-- Holds on behalf (LED-20, D.10): for whom one was placed, and how much such holds set aside within a quota.
ALTER TABLE hold ADD COLUMN sub_account_id uuid;
ALTER TABLE quota ADD COLUMN held_micros bigint NOT NULL DEFAULT 0 CONSTRAINT quota_held_is_not_negative CHECK (held_micros >= 0);

-- What was captured for an account is paid for it, too.
DROP INDEX entry_paid_for;
CREATE INDEX entry_paid_for ON entry (sub_account_id, recorded_time, chain, sequence) WHERE kind IN (3, 4, 5, 11) AND sub_account_id IS NOT NULL;
