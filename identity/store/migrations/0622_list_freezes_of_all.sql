-- Freezes of all accounts, for operators; asked by nobody who names no level.
CREATE INDEX freeze_of_all ON account_freeze (freeze_id) WHERE level IS NOT NULL AND freeze_id IS NOT NULL;
