-- Where each account's money lives, and who is bringing its facts to the other contexts just now.
CREATE TABLE gateway.account (
    account_id uuid NOT NULL PRIMARY KEY,
    -- The company under which the ledger and sharing opened it: kept for ever, also when the verification ends.
    company_id uuid,
    -- One opening at a time: the later one reads later facts.
    lease_id uuid,
    lease_time timestamptz NOT NULL
);
