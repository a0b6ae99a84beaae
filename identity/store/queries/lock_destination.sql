-- Makes codes to one destination wait for each other, so that counting them is exact.
INSERT INTO destination (destination_index, guesses_since) VALUES ($1, $2)
ON CONFLICT (destination_index) DO UPDATE SET destination_index = excluded.destination_index
