-- Moves on only from where the events were read: of two replicas that read the same page one wins.
UPDATE gateway.follower SET cursor = $3::text WHERE peer = $1::text AND cursor = $2::text
