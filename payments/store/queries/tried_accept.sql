-- The provider accepted: the attempt does not count as refused any more.
UPDATE tried SET accepted = true WHERE tried_id = $1::uuid
