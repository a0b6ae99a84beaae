-- The partners above an account at a moment, the next one first, with their terms (ID-30).
-- in: account_id id, as_of_time time
-- out: agent_account_id id, relation_id id, version int64, permissions text, settlement_mode text, price_book text, invoice_recipient text,
-- out: shutdown_policy text, agent_purchases bool, begin_time time?, offer_hash text, previous_version int64
WITH RECURSIVE above (account_id, height, relation_id, version) AS (
    SELECT :account_id, 0, NULL::uuid, NULL::bigint
    UNION ALL
    SELECT held.agent_account_id, height + 1, held.relation_id, held.version FROM above
    CROSS JOIN LATERAL (
        SELECT * FROM (
            SELECT agent_account_id, relation_id, version, end_time FROM relation_offer AS terms
            WHERE terms.customer_account_id = above.account_id AND begin_time <= :as_of_time AND begin_time IS NOT NULL
            ORDER BY begin_time DESC LIMIT 1
        ) AS latest
        WHERE end_time > :as_of_time OR end_time IS NULL
    ) AS held
    WHERE height < 4
)
SELECT terms.agent_account_id, terms.relation_id, terms.version, terms.permissions, terms.settlement_mode, terms.price_book,
       terms.invoice_recipient, terms.shutdown_policy, terms.agent_purchases, terms.begin_time, terms.offer_hash,
       (SELECT coalesce(max(version), 0) FROM relation_offer AS before
        WHERE before.relation_id = terms.relation_id AND before.version < terms.version AND begin_time IS NOT NULL) AS previous_version
FROM above
CROSS JOIN LATERAL (
    SELECT * FROM relation_offer AS offered WHERE offered.relation_id = above.relation_id AND offered.version = above.version LIMIT 1
) AS terms
ORDER BY above.height
