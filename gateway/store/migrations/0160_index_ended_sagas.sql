-- Sagas that ended are removed after a time.
CREATE INDEX saga_ended ON gateway.saga (finish_time) WHERE finish_time IS NOT NULL;
