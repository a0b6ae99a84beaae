-- Makes codes to one destination wait for each other, so that counting them is exact.
-- in: destination_index bytes, now time
INSERT INTO destination (destination_index, guesses_since) VALUES (:destination_index, :now)
ON CONFLICT (destination_index) DO UPDATE SET destination_index = excluded.destination_index
