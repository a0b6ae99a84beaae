-- Messages of the provider that are settled are forgotten after a time.
CREATE INDEX webhook_settled ON webhook (received_time) WHERE next_time IS NULL;
