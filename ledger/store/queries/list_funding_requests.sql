-- What an account asked for and was asked for, newest first; those that ended only if wanted, and one that has expired unnoticed is one.
-- in: account_id id, before_id id, with_ended bool, now time, limit int64
-- out: as lock_funding_request
SELECT funding_request_id, customer_id, agent_id, amount_micros, currency, remark, state::bigint, request_time, expire_time, end_time, granted_micros,
       transfer_id, decline_remark,
       EXISTS (SELECT FROM transit WHERE transit.transit_id = of_both_ends.transfer_id AND transit.state = 3) AS went_back
FROM (
    (SELECT * FROM funding_request
     WHERE customer_id = :account_id AND state = 1 AND funding_request_id < :before_id AND (:with_ended OR expire_time > :now)
     LIMIT :limit)
    UNION ALL
    (SELECT * FROM funding_request
     WHERE agent_id = :account_id AND end_time IS NULL AND funding_request_id < :before_id AND (:with_ended OR expire_time > :now)
     ORDER BY funding_request_id DESC LIMIT :limit)
    UNION ALL
    (SELECT * FROM funding_request
     WHERE customer_id = :account_id AND :with_ended AND end_time IS NOT NULL AND funding_request_id < :before_id
     ORDER BY funding_request_id DESC LIMIT :limit)
    UNION ALL
    (SELECT * FROM funding_request
     WHERE agent_id = :account_id AND :with_ended AND end_time IS NOT NULL AND funding_request_id < :before_id
     ORDER BY funding_request_id DESC LIMIT :limit)
) AS of_both_ends
ORDER BY funding_request_id DESC
LIMIT :limit
