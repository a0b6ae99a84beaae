-- A new one with every change to anything that a company has here, given by whoever changes it under the lock of the chain's row. Who
-- remembers what it read under a revision may use it in a transaction that finds the same revision (facts_store, memory).
ALTER TABLE chain ADD COLUMN revision uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000';
