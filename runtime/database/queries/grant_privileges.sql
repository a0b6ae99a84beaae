-- The statements that give a role what the current role, the schema's owner, has in a schema: row by row where a table's
-- columns differ. What a migration has taken from the owner since is taken from the role, first.
-- in: schema text, role text
-- out: statement text
WITH owned AS (
    SELECT oid, relname, relkind FROM pg_catalog.pg_class
    WHERE relnamespace = pg_catalog.to_regnamespace(:schema) AND relkind IN ('r', 'p', 'v', 'S')
)
SELECT pg_catalog.format('GRANT USAGE ON SCHEMA %I TO %I', :schema, :role) AS statement
UNION ALL
SELECT pg_catalog.format('GRANT USAGE ON SEQUENCE %I.%I TO %I', :schema, relname, :role) FROM owned WHERE relkind = 'S'
UNION ALL
SELECT pg_catalog.format('GRANT %s ON %I.%I TO %I', pg_catalog.string_agg(privilege, ', '), :schema, relname, :role)
FROM owned, pg_catalog.unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS privilege
WHERE relkind <> 'S' AND pg_catalog.has_table_privilege(oid, privilege) AND (relname <> 'migration' OR privilege = 'SELECT')
GROUP BY relname
UNION ALL
SELECT pg_catalog.format('GRANT UPDATE (%s) ON %I.%I TO %I', pg_catalog.string_agg(pg_catalog.quote_ident(attname), ', '),
    :schema, relname, :role)
FROM owned JOIN pg_catalog.pg_attribute ON attrelid = oid AND attnum > 0 AND NOT attisdropped
WHERE relkind IN ('r', 'p') AND NOT pg_catalog.has_table_privilege(oid, 'UPDATE')
    AND pg_catalog.has_column_privilege(oid, attnum, 'UPDATE')
GROUP BY relname
UNION ALL
SELECT pg_catalog.format('REVOKE %s ON %I.%I FROM %I', pg_catalog.string_agg(privilege, ', '), :schema, relname, :role)
FROM owned, pg_catalog.unnest(ARRAY['INSERT', 'UPDATE', 'DELETE']) AS privilege
WHERE relkind IN ('r', 'p') AND NOT pg_catalog.has_table_privilege(oid, privilege)
GROUP BY relname
ORDER BY statement DESC
