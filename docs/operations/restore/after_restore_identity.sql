-- After identity's database was put back: sessions and codes that had ended since would be good again, so all of them end now.
--   psql "$IDENTITY" -f docs/operations/restore/after_restore_identity.sql
BEGIN;
UPDATE identity.session SET revoke_time = now() WHERE revoke_time IS NULL;
UPDATE identity.challenge SET use_time = now() WHERE use_time IS NULL;
COMMIT;
