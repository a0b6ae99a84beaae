-- Makes this transaction the one that numbers events; no row while another one does.
-- out: position int64
SELECT position FROM outbox_head WHERE one FOR UPDATE SKIP LOCKED
