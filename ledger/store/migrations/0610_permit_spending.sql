-- Whether an account may spend (PAY-16): 1 it may, 2 it is read-only; since when, and who said so. NULL: since it was opened, with which it may.
ALTER TABLE account ADD COLUMN spending smallint NOT NULL DEFAULT 1 CONSTRAINT account_spending_is_known CHECK (spending BETWEEN 1 AND 2);
ALTER TABLE account ADD COLUMN spending_set_time timestamptz;
ALTER TABLE account ADD COLUMN spending_set_by uuid;
