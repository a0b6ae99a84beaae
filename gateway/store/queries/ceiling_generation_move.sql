-- Ceilings of some account were changed; one change after another.
UPDATE gateway.ceiling_generation SET generation = generation + 1 WHERE one
