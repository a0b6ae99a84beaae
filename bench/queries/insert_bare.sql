-- The least that a commit can be about.
INSERT INTO bare (request_id) VALUES ($1::uuid)
