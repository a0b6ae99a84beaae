-- Messages that ended are forgotten after a time.
CREATE INDEX message_ended ON message (next_time) WHERE state <> 'QUEUED';
