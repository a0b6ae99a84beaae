-- Moves on only from where the events were read: of two replicas that read the same page one wins.
-- in: peer text, cursor_read text, cursor text
UPDATE gateway.follower SET cursor = :cursor WHERE peer = :peer AND cursor = :cursor_read
