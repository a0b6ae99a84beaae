-- The accounts of a company by their ids, with their states as of an anchor; those that it does not have, without one.
-- in: company_id id, number int64
-- out: account_id id, entries int64?, hash bytes?
WITH own AS MATERIALIZED ( -- gathered before they are sorted: no walk through all companies' accounts by their ids
    SELECT account_id FROM account WHERE company_id = :company_id
)
SELECT own.account_id, state.entries, state.hash
FROM own
LEFT JOIN LATERAL (
    SELECT entries, hash
    FROM anchored_account AS kept
    WHERE kept.company_id = :company_id AND kept.account_id = own.account_id AND kept.number <= :number
    ORDER BY kept.company_id DESC, kept.account_id DESC, kept.number DESC
    LIMIT 1
) AS state ON true
ORDER BY own.account_id
