-- The first reader of a peer's events starts at the beginning.
-- in: peer text
INSERT INTO gateway.follower (peer, cursor) VALUES (:peer, '') ON CONFLICT (peer) DO NOTHING
