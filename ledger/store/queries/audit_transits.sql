-- Accounts whose clearing, transit by transit, is not what became of it: what was sent stands there until it is returned, what was received
-- below zero. A transit that no row tells of was made up. Of one account only, when account_id names it.
-- in: as audit_postings
-- out: as audit_bills
WITH own AS MATERIALIZED (
    SELECT account_id, number, moved_time FROM account WHERE company_id = :company_id AND (:account_id IS NULL OR account_id = :account_id)
)
SELECT own.account_id, coalesce(kept.micros, 0)::bigint AS kept_micros, coalesce(told.micros, 0)::bigint AS told_micros
FROM (
    SELECT account, transit_id, sum(micros) AS micros
    FROM (
        SELECT own.number AS account, transit_id, amount_micros AS micros
        FROM own
        CROSS JOIN LATERAL (
            SELECT * FROM transit WHERE transit.sender_id = own.account_id AND transit.state IN (1, 2) OFFSET 0
        ) AS transit
        WHERE own.moved_time IS NULL -- what moved had none before
        UNION ALL
        SELECT own.number, transit_id, -amount_micros
        FROM own
        CROSS JOIN LATERAL (
            SELECT * FROM transit WHERE transit.receiver_id = own.account_id AND transit.state = 2 OFFSET 0
        ) AS transit
        WHERE own.moved_time IS NULL
    ) AS transit
    GROUP BY account, transit_id
) AS kept
FULL JOIN (
    SELECT account, transit_id, sum(micros) AS micros
    FROM (
        SELECT account, coalesce(CASE WHEN kind IN (19, 20) THEN reference_id END, (encode(substring(sha256(uuid_send(:company_id)) FROM 1 FOR 6), 'hex') || '800080'
                   || lpad(to_hex(entry.sequence), 14, '0'))::uuid) AS transit_id, -- what was sent has the id of its entry
               CASE WHEN kind IN (1, 2, 21, 22) THEN amount_micros ELSE -amount_micros END AS micros
        FROM (SELECT * FROM entry WHERE chain = :chain AND kind IN (1, 2, 19, 20, 21, 22) OFFSET 0) AS entry
        WHERE entry.other_account = entry.account
    ) AS entry
    GROUP BY account, transit_id
    HAVING sum(micros) <> 0
) AS told USING (account, transit_id)
JOIN own ON own.number = coalesce(kept.account, told.account)
WHERE kept.micros IS DISTINCT FROM told.micros
ORDER BY own.account_id, kept_micros, told_micros
LIMIT 10
