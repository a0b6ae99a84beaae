-- The first reader of a peer's events starts at the beginning.
INSERT INTO gateway.follower (peer, cursor) VALUES ($1::text, '') ON CONFLICT (peer) DO NOTHING
