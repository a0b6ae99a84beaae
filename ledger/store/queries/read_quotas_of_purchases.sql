-- Reads the quotas of those for whom purchases were made; the purchase's entry says who that was.
SELECT quota.company_id, quota.account_id, quota.sub_account_id, quota.line_micros, quota.deducted_micros, quota.undeducted_micros,
       quota.metered_sequence, entry.sequence
FROM unnest($1::uuid[], $2::bigint[]) AS wanted (company_id, sequence)
JOIN entry USING (company_id, sequence)
JOIN quota ON quota.company_id = entry.company_id AND quota.account_id = entry.account_id AND quota.sub_account_id = entry.counterparty_id
WHERE entry.kind = 3
