-- Where what was kept under a company is now (ID-31, R9): a row once somebody changed something under it, which every change holds meanwhile. All of
-- a company goes at once, so one step leads there. Of its accounts the rows stay behind, with moved_time; each has another where it went.
CREATE TABLE company (
    company_id uuid PRIMARY KEY,
    into_company_id uuid CONSTRAINT company_is_not_moved_into_itself CHECK (into_company_id <> company_id),
    moved_time timestamptz,
    CONSTRAINT company_that_was_moved_has_a_time CHECK ((into_company_id IS NULL) = (moved_time IS NULL))
);
CREATE INDEX company_by_into ON company (into_company_id) WHERE into_company_id IS NOT NULL;

ALTER TABLE account ADD COLUMN moved_time timestamptz;
