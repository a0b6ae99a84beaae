-- Lists acts between two positions, newest first, along the index of what leads: the accounts, the principal, the object, the action, or none.
-- At most so many are looked at (of each account) as scan says, so that a page ends though little on it is wanted; every row says how far it went.
-- in: lead text, above int64, below int64, scan int64, account_ids id[], principal_id id, object_id id, action text, tag text,
-- in: from_time time, until_time time, limit int64
-- out: looked_at int64, last_position int64?, last_act_id id?, position int64?, act_id id?, act_time time?, action text?, reason text?,
-- out: account_id id?, object_id id?, request_id id?, tag text?, actor_id id?, principal_id id?, acting_id id?, credential int64?,
-- out: credential_id id?, approval_id id?, roles text?, step text?
WITH found AS MATERIALIZED (
    (SELECT act_log.*
     FROM unnest(:account_ids) AS one (account_id)
     CROSS JOIN LATERAL (SELECT * FROM act_log
                         WHERE :lead = 'account' AND account_id = one.account_id AND position > :above AND position < :below
                         ORDER BY position DESC LIMIT :scan) AS act_log
     ORDER BY act_log.position DESC LIMIT :scan)
    UNION ALL
    (SELECT * FROM act_log WHERE :lead = 'principal' AND principal_id = :principal_id AND position > :above AND position < :below
        ORDER BY position DESC LIMIT :scan)
    UNION ALL
    (SELECT * FROM act_log WHERE :lead = 'object' AND object_id = :object_id AND position > :above AND position < :below
        ORDER BY position DESC LIMIT :scan)
    UNION ALL
    (SELECT * FROM act_log WHERE :lead = 'action' AND action = :action AND position > :above AND position < :below
        ORDER BY position DESC LIMIT :scan)
    UNION ALL
    (SELECT * FROM act_log WHERE :lead = 'none' AND position > :above AND position < :below ORDER BY position DESC LIMIT :scan)
),
wanted AS (
    SELECT * FROM found
    WHERE (cardinality(:account_ids) = 0 OR account_id = ANY (:account_ids))
      AND (:principal_id = '00000000-0000-0000-0000-000000000000'::uuid OR principal_id = :principal_id)
      AND (:object_id = '00000000-0000-0000-0000-000000000000'::uuid OR object_id = :object_id)
      AND (:action = '' OR action = :action) AND (:tag = '' OR tag = :tag)
      AND act_time >= :from_time AND act_time < :until_time
    ORDER BY position DESC
    LIMIT :limit
)
SELECT (SELECT count(*) FROM found) AS looked_at, last.position AS last_position, last.act_id AS last_act_id,
       wanted.position, wanted.act_id, wanted.act_time, wanted.action, wanted.reason, wanted.account_id, wanted.object_id, wanted.request_id,
       wanted.tag, wanted.actor_id, wanted.principal_id, wanted.acting_id, wanted.credential, wanted.credential_id, wanted.approval_id,
       wanted.roles, wanted.step
FROM (SELECT) AS one
LEFT JOIN (SELECT position, act_id FROM found ORDER BY position LIMIT 1) AS last ON true
LEFT JOIN wanted ON true
ORDER BY wanted.position DESC
