-- Lists the lots of an account that still hold money, after a place, in the order they will be spent. A lot was granted when its entry was
-- recorded.
-- in: company_id id, account_id id, after_sequence int64, source_account_id id?, limit int64
-- out: sequence int64, source_account_id id, granted_micros int64, spent_micros int64, revoked_micros int64, kind int64, granted_time time
SELECT lot.sequence, lot.source_account_id, lot.granted_micros, lot.spent_micros, lot.revoked_micros,
       lot.kind::bigint, entry.recorded_time AS granted_time
FROM (
    SELECT number AS account, (SELECT number FROM chain WHERE chain.company_id = :company_id LIMIT 1) AS chain
    FROM account
    WHERE company_id = :company_id AND account_id = :account_id
    LIMIT 1
) AS own
CROSS JOIN LATERAL (
    SELECT lot.sequence, source.account_id AS source_account_id, lot.granted_micros, lot.spent_micros, lot.revoked_micros, lot.kind
    FROM lot
    CROSS JOIN LATERAL (SELECT account_id FROM account WHERE account.number = lot.source LIMIT 1) AS source
    WHERE lot.account = own.account AND lot.sequence > :after_sequence AND lot.spent_micros + lot.revoked_micros < lot.granted_micros
        AND (source.account_id = :source_account_id OR :source_account_id IS NULL)
    ORDER BY lot.sequence
    LIMIT :limit
) AS lot
CROSS JOIN LATERAL (
    SELECT recorded_time FROM entry WHERE entry.chain = own.chain AND entry.sequence = lot.sequence LIMIT 1
) AS entry
ORDER BY lot.sequence
