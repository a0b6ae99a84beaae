-- A recovery of which nobody was told yet, who are told of it now.
-- in: now time
-- out: recovery_reason text?
UPDATE operator_desk SET tell_time = :now WHERE one AND tell_time IS NULL AND recovery_reason IS NOT NULL RETURNING recovery_reason
