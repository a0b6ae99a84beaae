-- B.2: either end asks for a relation's end, at a moment; until then whoever asked may take that back.
ALTER TABLE relation
    ADD COLUMN end_asked_time timestamptz,
    ADD COLUMN end_asked_by uuid REFERENCES principal,
    ADD COLUMN end_asked_account_id uuid REFERENCES account;
CREATE INDEX relation_that_ends ON relation (effective_time) WHERE effective_time IS NOT NULL AND end_time IS NULL;
CREATE INDEX ending_of_customer ON relation (customer_account_id, end_asked_time) WHERE end_asked_time IS NOT NULL;
