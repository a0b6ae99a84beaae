-- When an account was last evaluated by time (LED-05), and the due date that was told as passed (D.8). What exists is due at once.
ALTER TABLE account ADD COLUMN evaluated_time timestamptz NOT NULL DEFAULT 'epoch',
                    ADD COLUMN told_due_time  timestamptz NOT NULL DEFAULT '-infinity';

-- One for each question of the sweep. Their conditions are in no other statement, so nobody else is led along them.
CREATE INDEX account_by_evaluation ON account (evaluated_time) WHERE evaluated_time > '-infinity';
CREATE INDEX account_by_override_end ON account (override_until_time) WHERE override_until_time > evaluated_time;
CREATE INDEX account_by_due ON account (earliest_due_time) WHERE earliest_due_time <> told_due_time;
