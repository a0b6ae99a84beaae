-- LED-19: who let the operator in that asks, or gave it a role, when it asked: ids with spaces. None of them approves.
ALTER TABLE gateway.approval ADD COLUMN requester_makers text NOT NULL DEFAULT '';
