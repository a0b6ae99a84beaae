-- Books a transfer under its request id; a second one with the same id is a unique violation, which rolls it all back.
INSERT INTO transfer (request_id, source_id, destination_id, amount_micros)
VALUES ($1::uuid, $2::uuid, $3::uuid, $4::bigint)
