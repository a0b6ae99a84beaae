-- Two companies that are one legal entity (ID-18, R9): merged_into names the one that stays, never one that was merged itself, so one step leads
-- there. The number of the one that was merged is the other's as of then.
ALTER TABLE company ADD COLUMN merged_into uuid REFERENCES company CONSTRAINT company_is_not_merged_into_itself CHECK (merged_into <> company_id),
    ADD COLUMN merge_time timestamptz CONSTRAINT company_that_was_merged_has_a_time CHECK ((merged_into IS NULL) = (merge_time IS NULL)),
    ADD COLUMN merge_reason text NOT NULL DEFAULT '',
    ADD COLUMN merged_by uuid REFERENCES principal,
    ADD COLUMN merge_approved_by uuid REFERENCES principal;
CREATE INDEX company_merged_into ON company (merged_into) WHERE merged_into IS NOT NULL;
