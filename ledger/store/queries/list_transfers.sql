-- Lists transfers and revokes of an account before a place in the chain, newest first. Each has one posting of the account: on its own
-- book when it was the source, on transferred in when it was the destination.
SELECT entry.sequence, entry.kind::bigint, entry.account_id, entry.counterparty_id, entry.amount_micros, entry.currency, entry.remark, entry.tag,
       entry.effective_time, entry.recorded_time
FROM unnest(ARRAY[1, 2]) AS side (book)
CROSS JOIN LATERAL (
    SELECT entry.*
    FROM posting
    JOIN entry USING (company_id, sequence)
    WHERE posting.company_id = $1 AND posting.account_id = $2 AND posting.book = side.book AND posting.sequence < $3
      AND entry.kind IN (1, 2)
      AND ($5::uuid IS NULL OR entry.account_id = $5 OR entry.counterparty_id = $5)
      AND ($6::text = '' OR entry.tag = $6)
      AND ($7::text = '' OR position($7 IN entry.remark) > 0)
      AND ($8::timestamptz IS NULL OR entry.recorded_time >= $8)
      AND ($9::timestamptz IS NULL OR entry.recorded_time < $9)
    ORDER BY posting.sequence DESC
    LIMIT $4
) AS entry
ORDER BY entry.sequence DESC
LIMIT $4
