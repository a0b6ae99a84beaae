-- B.1: one lock for the whole structure. Who accepts, changes or ends an association waits for whoever does, and then sees it.
-- out: one bool
SELECT one FROM structure_lock WHERE one FOR UPDATE
