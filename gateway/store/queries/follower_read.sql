-- How far a peer's events were read.
SELECT cursor FROM gateway.follower WHERE peer = $1::text
