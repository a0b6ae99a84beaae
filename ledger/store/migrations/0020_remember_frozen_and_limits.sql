-- What an account had set aside after each change of it (D.4), so that a balance of the past knows its holds. An expired hold counts until
-- its time, not until somebody saw that it had come; whoever changes holds of an account ends those first, so since_time never goes back
-- along its entries. Append-only, as entries are.
CREATE TABLE frozen (
    company_id    uuid        NOT NULL,
    account_id    uuid        NOT NULL,
    since_time    timestamptz NOT NULL,
    sequence      bigint      NOT NULL,
    frozen_micros bigint      NOT NULL,
    PRIMARY KEY (company_id, account_id, since_time, sequence)
);

-- The last seven bytes of an entry's id are its sequence. A capture that ends its hold gives the rest of it back.
INSERT INTO frozen (company_id, account_id, since_time, sequence, frozen_micros)
SELECT company_id, account_id, since_time, sequence, sum(change_micros) OVER (PARTITION BY company_id, account_id ORDER BY sequence)
FROM (
    SELECT entry.company_id, entry.account_id, CASE entry.kind WHEN 13 THEN hold.expire_time ELSE entry.recorded_time END AS since_time,
           entry.sequence,
           CASE WHEN entry.kind = 10 THEN entry.amount_micros ELSE -entry.amount_micros END
           - CASE WHEN entry.kind = 11 AND hold.state = 2 AND entry.sequence = max(entry.sequence) OVER (PARTITION BY hold.company_id, hold.sequence)
                  THEN hold.amount_micros - hold.captured_micros ELSE 0 END AS change_micros
    FROM entry
    JOIN hold ON hold.company_id = entry.company_id AND hold.sequence = CASE entry.kind WHEN 10 THEN entry.sequence
        ELSE ('x' || right(replace(entry.reference_id::text, '-', ''), 14))::bit(56)::bigint END
    WHERE entry.kind BETWEEN 10 AND 13
) AS change;

REVOKE UPDATE, DELETE, TRUNCATE ON frozen FROM PUBLIC;
REVOKE UPDATE, DELETE, TRUNCATE ON frozen FROM CURRENT_USER;

-- For the credit limit of a moment: the last entry that set or confirmed it.
CREATE INDEX entry_of_limit ON entry (company_id, account_id, sequence) WHERE kind IN (14, 15);
