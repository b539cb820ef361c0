-- After an outage of what lies outside (a mail relay), what waited for it leaves at once and not by its own long backoff.
ALTER TABLE outbox_message
    -- The last attempt failed because nothing could be delivered, whatever the message.
    ADD COLUMN awaits_recovery boolean NOT NULL DEFAULT false,
    -- How often it was brought forward after another message had been delivered. Each time it waits twice as long, so that a
    -- message that is itself the trouble does not run in circles.
    ADD COLUMN early_retries smallint NOT NULL DEFAULT 0 CHECK (early_retries >= 0);

-- The trial during an outage, and bringing forward after it: WHERE topic = $1 AND status = 'pending' AND awaits_recovery ORDER BY available_at, id.
CREATE INDEX outbox_message_awaits_recovery ON outbox_message (topic, available_at, id)
    WHERE status = 'pending' AND awaits_recovery;
