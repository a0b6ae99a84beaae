-- Partners by their last contracts after one, the oldest first, of an account or of all; with the trouble that is noted. Without a customer that
-- would be told of it, nobody asks how a partner stands.
-- in: agent_account_id id?, after_id id, now time, limit int64
-- out: contract_id id, agent_account_id id, authorised bool, cause text?
SELECT contract.contract_id, contract.account_id AS agent_account_id,
       contract.end_time IS NULL OR contract.end_time > :now AS authorised, open.cause
FROM (
    (SELECT * FROM partner_contract WHERE :agent_account_id IS NOT NULL AND account_id = :agent_account_id AND contract_id > :after_id
     ORDER BY contract_id DESC
     LIMIT 1)
    UNION ALL
    (SELECT * FROM partner_contract AS each WHERE :agent_account_id IS NULL AND contract_id > :after_id
         AND contract_id = (SELECT contract_id FROM partner_contract AS last WHERE last.account_id = each.account_id
                            ORDER BY contract_id DESC LIMIT 1)
         AND coalesce((SELECT true FROM relation_offer AS held WHERE held.agent_account_id = each.account_id
                           AND (end_time IS NULL AND begin_time IS NOT NULL) IS TRUE LIMIT 1),
                      (SELECT true FROM upstream_trouble AS noted WHERE noted.agent_account_id = each.account_id AND end_time IS NULL LIMIT 1),
                      false)
     ORDER BY contract_id
     LIMIT :limit)
) AS contract
LEFT JOIN LATERAL (
    SELECT cause FROM upstream_trouble AS noted WHERE noted.agent_account_id = contract.account_id AND end_time IS NULL LIMIT 1
) AS open ON true
ORDER BY contract.contract_id
