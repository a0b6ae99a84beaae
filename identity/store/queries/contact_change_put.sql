-- A change begins, in the place of the last one of the channel.
-- in: account_id id, channel text, change_id id, sealed bytes, contact_index bytes, old_lost bool, start_time time, starts int64,
-- in: starts_since time
INSERT INTO contact_change (account_id, channel, change_id, sealed, contact_index, old_lost, start_time, starts, starts_since)
VALUES (:account_id, :channel, :change_id, :sealed, :contact_index, :old_lost, :start_time, :starts, :starts_since)
ON CONFLICT (account_id, channel) DO UPDATE SET
    change_id = excluded.change_id, sealed = excluded.sealed, contact_index = excluded.contact_index, old_lost = excluded.old_lost,
    start_time = excluded.start_time, confirm_time = NULL, end_time = NULL, starts = excluded.starts,
    starts_since = excluded.starts_since
