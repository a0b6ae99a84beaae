-- A program's certificate is a key; until when it opens nothing yet. NULL: from the moment on when it was made.
ALTER TABLE program_key ADD COLUMN begin_time timestamptz;
