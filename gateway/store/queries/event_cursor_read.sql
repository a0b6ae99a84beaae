-- How far a peer's events were read.
-- in: peer text
-- out: cursor text
SELECT cursor FROM gateway.follower WHERE peer = :peer
