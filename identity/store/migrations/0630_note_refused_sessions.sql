-- When it was last noted that the session policy of an account refused the session (ID-43).
ALTER TABLE session ADD COLUMN refused_time timestamptz;
