-- Requests for funding of an agent's customers that are not what its allocations granted (LED-41): each is of one allocation that names it,
-- of the partner and to the customer of the request, with its amount. Of one account only, when account_id names it.
-- in: as audit_postings
-- out: as audit_bills
WITH own AS MATERIALIZED (
    SELECT account_id, number, moved_time FROM account WHERE company_id = :company_id AND (:account_id IS NULL OR account_id = :account_id)
)
SELECT own.account_id, coalesce(kept.micros, 0)::bigint AS kept_micros, coalesce(told.micros, 0)::bigint AS told_micros
FROM (
    SELECT own.number AS account, customer_id, funding_request_id, transfer_id, granted_micros AS micros
    FROM own
    CROSS JOIN LATERAL (
        SELECT * FROM funding_request WHERE funding_request.agent_id = own.account_id AND end_time IS NOT NULL AND funding_request.state = 2 OFFSET 0
    ) AS funding_request
    WHERE own.moved_time IS NULL -- what moved had granted nothing before
) AS kept
FULL JOIN (
    SELECT entry.account, coalesce(entry.sub_account_id, other.account_id) AS customer_id, reference_id AS funding_request_id, (encode(substring(sha256(uuid_send(:company_id)) FROM 1 FOR 6), 'hex') || '800080'
               || lpad(to_hex(sequence), 14, '0'))::uuid AS transfer_id, amount_micros AS micros
    FROM (SELECT * FROM entry WHERE chain = :chain AND kind = 21 AND reference_id IS NOT NULL OFFSET 0) AS entry
    LEFT JOIN LATERAL (SELECT account_id FROM account WHERE account.number = entry.other_account LIMIT 1) AS other ON true
) AS told USING (account, customer_id, funding_request_id, transfer_id)
JOIN own ON own.number = coalesce(kept.account, told.account)
WHERE kept.micros IS DISTINCT FROM told.micros
ORDER BY own.account_id, kept_micros, told_micros
LIMIT 10
