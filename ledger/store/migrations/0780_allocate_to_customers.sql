-- Money across companies (LED-21, LED-22). kind of a lot: 1 transferred, 2 allocated by an agent (D.2); a transit has 4 for what is allocated
-- and 5 for what is reclaimed.
ALTER TABLE lot ADD COLUMN kind smallint NOT NULL DEFAULT 1;
