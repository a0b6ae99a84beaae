-- The provider accepted: the attempt does not count as refused any more.
-- in: tried_id id
UPDATE tried SET accepted = true WHERE tried_id = :tried_id
