-- Contracts before one, newest first, of an account or of all: each question along an index of its own.
-- in: account_id id?, before_id id, limit int64
-- out: as partner_last
SELECT contract_id, account_id, reference, begin_time, end_time, authorised_by
FROM (
    (SELECT * FROM partner_contract WHERE :account_id IS NOT NULL AND account_id = :account_id AND contract_id < :before_id
     ORDER BY contract_id DESC
     LIMIT :limit)
    UNION ALL
    (SELECT * FROM partner_contract WHERE :account_id IS NULL AND contract_id < :before_id
     ORDER BY contract_id DESC
     LIMIT :limit)
) AS contract
ORDER BY contract_id DESC
LIMIT :limit
