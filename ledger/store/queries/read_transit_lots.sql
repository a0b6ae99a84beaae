-- Reads from which lots of its sender a revoke took what is under way, with the lots, in the order of transits.
-- in: transit_ids id[]
-- out: as read_spendable_lots, transit_id id, micros int64
SELECT sender.account_id, lot.sequence, source.account_id AS source_account_id, lot.granted_micros, lot.spent_micros,
    lot.revoked_micros, lot.kind::bigint, wanted.transit_id, taken.micros
FROM (SELECT DISTINCT transit_id FROM unnest(:transit_ids) AS asked (transit_id)) AS wanted
CROSS JOIN LATERAL (SELECT sender_id FROM transit WHERE transit.transit_id = wanted.transit_id LIMIT 1) AS transit
CROSS JOIN LATERAL (
    SELECT account_id, number FROM account WHERE account.account_id = transit.sender_id AND moved_time IS NULL LIMIT 1
) AS sender
CROSS JOIN LATERAL (
    SELECT * FROM transit_lot WHERE transit_lot.transit_id = wanted.transit_id OFFSET 0
) AS taken
CROSS JOIN LATERAL (
    SELECT * FROM lot WHERE lot.account = sender.number AND lot.sequence = taken.lot_sequence LIMIT 1
) AS lot
CROSS JOIN LATERAL (SELECT account_id FROM account AS giver WHERE giver.number = lot.source LIMIT 1) AS source
ORDER BY wanted.transit_id, lot.sequence
