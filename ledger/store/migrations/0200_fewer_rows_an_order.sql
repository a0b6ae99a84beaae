-- One row for an order where there were five (docs/decisions/0016). Numbers name chains and accounts inside this database only; nobody is
-- told one.
ALTER TABLE chain ADD COLUMN number integer GENERATED ALWAYS AS IDENTITY;
ALTER TABLE chain ADD CONSTRAINT chain_number_is_unique UNIQUE (number);
ALTER TABLE account ADD COLUMN number integer GENERATED ALWAYS AS IDENTITY;
ALTER TABLE account ADD CONSTRAINT account_number_is_unique UNIQUE (number);

-- What an accepted order became. Two legs stand in the row: account's book changes by change_micros to balance_micros, other_account's
-- other_book by as much the other way to other_balance_micros; both may be of one account. An entry without postings has book 0, one with
-- more than two has book -1 and its legs in posting. request_key and body_key are the first halves of hashes: of (company, origin, request
-- id) and of the order's body; form 1 was hashed, and its requests kept, before there was this table. outcome is what the answer says beyond
-- the row (ledger/batch/outcome.h). effective_time: NULL when it is recorded_time. Wide columns come first, so that none is padded.
ALTER TABLE entry RENAME TO entry_before;
ALTER TABLE entry_before RENAME CONSTRAINT entry_pkey TO entry_before_pkey;
DROP INDEX entry_of_limit;
CREATE TABLE entry (
    sequence             bigint      NOT NULL,
    amount_micros        bigint      NOT NULL,
    change_micros        bigint      NOT NULL,
    balance_micros       bigint      NOT NULL,
    recorded_time        timestamptz NOT NULL,
    other_balance_micros bigint,
    effective_time       timestamptz,
    chain                integer     NOT NULL,
    account              integer     NOT NULL,
    other_account        integer,
    kind                 smallint    NOT NULL,
    form                 smallint    NOT NULL,
    book                 smallint    NOT NULL,
    other_book           smallint,
    request_key          uuid,
    body_key             uuid,
    actor_id             uuid,
    actor_reference      uuid,
    sub_account_id       uuid,
    reference_id         uuid,
    hash                 bytea       NOT NULL,
    currency             text        NOT NULL,
    remark               text        NOT NULL,
    tag                  text        NOT NULL,
    outcome              bytea,
    CONSTRAINT entry_is_of_a_request CHECK (form = 1 OR request_key IS NOT NULL OR kind = 13),
    CONSTRAINT entry_has_two_legs_or_none CHECK ((book > 0) = (other_account IS NOT NULL))
);

ALTER TABLE posting RENAME TO posting_before;
ALTER TABLE posting_before RENAME CONSTRAINT posting_pkey TO posting_before_pkey;
CREATE TABLE posting (
    sequence       bigint   NOT NULL,
    amount_micros  bigint   NOT NULL,
    balance_micros bigint   NOT NULL,
    chain          integer  NOT NULL,
    account        integer  NOT NULL,
    book           smallint NOT NULL
);

-- A lot was granted when its entry was recorded. Its key is its only index: an account's lots are few enough, or bounded, when a source's
-- are asked for.
ALTER TABLE lot RENAME TO lot_before;
ALTER TABLE lot_before RENAME CONSTRAINT lot_pkey TO lot_before_pkey;
DROP INDEX lot_by_source;
CREATE TABLE lot (
    sequence       bigint  NOT NULL,
    granted_micros bigint  NOT NULL,
    spent_micros   bigint  NOT NULL DEFAULT 0,
    revoked_micros bigint  NOT NULL DEFAULT 0,
    account        integer NOT NULL,
    source         integer NOT NULL,
    CONSTRAINT lot_gives_no_more_than_granted CHECK (spent_micros >= 0 AND revoked_micros >= 0 AND spent_micros + revoked_micros <= granted_micros)
) WITH (fillfactor = 90);

-- What there was. The counterparty of a transfer or revoke has a leg of it; of any other kind it is the sub-account.
CREATE TEMPORARY TABLE leg_before ON COMMIT DROP AS
SELECT posting.company_id, posting.sequence, account.number AS account, posting.book, posting.amount_micros, posting.balance_micros,
       count(*) OVER entry AS count, row_number() OVER (entry ORDER BY posting.account_id <> entry.account_id, posting.book) AS place
FROM posting_before AS posting
JOIN entry_before AS entry USING (company_id, sequence)
JOIN account ON account.company_id = posting.company_id AND account.account_id = posting.account_id
WINDOW entry AS (PARTITION BY posting.company_id, posting.sequence);
ANALYZE leg_before;

INSERT INTO entry (sequence, amount_micros, change_micros, balance_micros, recorded_time, other_balance_micros, effective_time, chain, account,
                   other_account, kind, form, book, other_book, sub_account_id, reference_id, hash, currency, remark, tag)
SELECT entry.sequence, entry.amount_micros, coalesce(leg.amount_micros, 0), coalesce(leg.balance_micros, 0), entry.recorded_time,
       other.balance_micros, nullif(entry.effective_time, entry.recorded_time), chain.number, account.number,
       other.account, entry.kind, 1,
       coalesce(leg.book, CASE WHEN EXISTS (SELECT FROM leg_before AS many WHERE many.company_id = entry.company_id AND many.sequence = entry.sequence)
                               THEN -1 ELSE 0 END),
       other.book, CASE WHEN entry.kind NOT IN (1, 2) THEN entry.counterparty_id END, entry.reference_id, entry.hash, entry.currency,
       entry.remark, entry.tag
FROM entry_before AS entry
JOIN chain ON chain.company_id = entry.company_id
JOIN account ON account.company_id = entry.company_id AND account.account_id = entry.account_id
LEFT JOIN leg_before AS leg ON leg.company_id = entry.company_id AND leg.sequence = entry.sequence AND leg.count = 2 AND leg.place = 1
LEFT JOIN leg_before AS other ON other.company_id = entry.company_id AND other.sequence = entry.sequence AND other.count = 2 AND other.place = 2
ORDER BY chain.number, entry.sequence;

INSERT INTO posting (sequence, amount_micros, balance_micros, chain, account, book)
SELECT leg.sequence, leg.amount_micros, leg.balance_micros, chain.number, leg.account, leg.book
FROM leg_before AS leg
JOIN chain USING (company_id)
WHERE leg.count <> 2
ORDER BY chain.number, leg.sequence, leg.place;

INSERT INTO lot (sequence, granted_micros, spent_micros, revoked_micros, account, source)
SELECT lot.sequence, lot.granted_micros, lot.spent_micros, lot.revoked_micros, account.number, source.number
FROM lot_before AS lot
JOIN account ON account.company_id = lot.company_id AND account.account_id = lot.account_id
JOIN account AS source ON source.company_id = lot.company_id AND source.account_id = lot.source_account_id
ORDER BY account.number, lot.sequence;

DROP TABLE entry_before, posting_before, lot_before;

ALTER TABLE entry ADD PRIMARY KEY (chain, sequence);
ALTER TABLE posting ADD PRIMARY KEY (account, book, sequence);
ALTER TABLE lot ADD PRIMARY KEY (account, sequence);

-- Nobody is answered twice for one request id; the postings of an account, from both sides; the last limit of an account.
CREATE UNIQUE INDEX entry_by_request ON entry (request_key) WHERE request_key IS NOT NULL;
CREATE INDEX entry_by_leg ON entry (account, book, sequence);
CREATE INDEX entry_by_other_leg ON entry (other_account, other_book, sequence) WHERE other_account IS NOT NULL;
CREATE INDEX entry_of_limit ON entry (account, sequence) WHERE kind IN (14, 15);

-- Append-only, as before.
REVOKE UPDATE, DELETE, TRUNCATE ON entry, posting FROM PUBLIC;
REVOKE UPDATE, DELETE, TRUNCATE ON entry, posting FROM CURRENT_USER;

-- All postings, wherever they stand.
CREATE VIEW leg AS
SELECT chain, sequence, account, book, change_micros AS amount_micros, balance_micros
FROM entry
WHERE book > 0
UNION ALL
SELECT chain, sequence, other_account, other_book, -change_micros, other_balance_micros
FROM entry
WHERE other_account IS NOT NULL
UNION ALL
SELECT chain, sequence, account, book, amount_micros, balance_micros
FROM posting;
