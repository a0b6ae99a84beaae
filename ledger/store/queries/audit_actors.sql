-- Finds actors that entries or acts of a company name and that are not there, or whose fields are not what the reference was made of
-- (runtime/base/actor.h). The first entry that names each; 0: none does, an act does.
-- in: as audit_postings
-- out: reference id, sequence int64, is_missing bool
SELECT named.reference, named.sequence, actor.reference IS NULL AS is_missing
FROM (
    SELECT reference, max(sequence) AS sequence
    FROM (
        SELECT actor_reference AS reference, min(sequence) AS sequence FROM entry WHERE chain = :chain GROUP BY actor_reference
        UNION ALL
        SELECT actor_reference, 0 FROM act WHERE company_id = :company_id GROUP BY actor_reference
    ) AS each
    WHERE reference IS NOT NULL AND :account_id IS NULL -- the chain is the company's
    GROUP BY reference
) AS named
LEFT JOIN LATERAL (
    SELECT *
    FROM actor
    WHERE actor.company_id = :company_id AND actor.reference = named.reference
    LIMIT 1
) AS actor ON true
WHERE actor.reference IS NULL
    OR substring(sha256(convert_to(E'kontor actor 1\n', 'UTF8')
        || coalesce('\x010010'::bytea || uuid_send(actor.principal_id), '')
        || coalesce('\x020010'::bytea || uuid_send(actor.account_id), '')
        || CASE WHEN actor.credential_kind > 0 THEN '\x030001'::bytea || substring(int2send(actor.credential_kind) FROM 2) ELSE '' END
        || coalesce('\x040010'::bytea || uuid_send(actor.credential_id), '')
        || CASE WHEN actor.roles <> '' THEN '\x05'::bytea || int2send(octet_length(actor.roles)::smallint) || convert_to(actor.roles, 'UTF8')
                ELSE '' END
        || coalesce('\x060010'::bytea || uuid_send(actor.approval_id), '')
        || CASE WHEN actor.step <> '' THEN '\x07'::bytea || int2send(octet_length(actor.step)::smallint) || convert_to(actor.step, 'UTF8')
                ELSE '' END
    ) FROM 1 FOR 16) <> uuid_send(actor.reference)
ORDER BY named.sequence
LIMIT 10
