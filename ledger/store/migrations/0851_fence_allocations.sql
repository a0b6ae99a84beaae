-- Whether the partner is in trouble, as identity said last, and as of when (B.3); NULL: it said nothing.
ALTER TABLE relation ADD COLUMN at_risk boolean NOT NULL DEFAULT false;
ALTER TABLE relation ADD COLUMN risk_time timestamptz;
