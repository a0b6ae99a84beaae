-- Reads the quotas of those for whom purchases were made; the purchase's entry says who that was.
-- in: company_ids id[], sequences int64[]
-- out: as read_quotas, purchase_sequence int64
SELECT quota.company_id, quota.account_id, quota.sub_account_id, quota.line_micros, quota.deducted_micros, quota.undeducted_micros,
       quota.metered_sequence, entry.sequence AS purchase_sequence
FROM unnest(:company_ids, :sequences) AS wanted (company_id, sequence)
CROSS JOIN LATERAL (
    SELECT number FROM chain WHERE chain.company_id = wanted.company_id LIMIT 1
) AS chain
CROSS JOIN LATERAL (
    SELECT * FROM entry WHERE entry.chain = chain.number AND entry.sequence = wanted.sequence LIMIT 1
) AS entry
CROSS JOIN LATERAL (SELECT account_id FROM account WHERE account.number = entry.account LIMIT 1) AS account
CROSS JOIN LATERAL (
    SELECT *
    FROM quota
    WHERE quota.company_id = wanted.company_id AND quota.account_id = account.account_id
        AND quota.sub_account_id = entry.sub_account_id
    LIMIT 1
) AS quota
WHERE entry.kind = 3
