-- Only one row of a message can stay: the one of the first consumer in the alphabet.
DELETE FROM outbox_message later USING outbox_message earlier
    WHERE later.id = earlier.id AND later.consumer > earlier.consumer;
DROP INDEX outbox_message_awaits_recovery;
CREATE INDEX outbox_message_awaits_recovery ON outbox_message (topic, available_at, id)
    WHERE status = 'pending' AND awaits_recovery;
DROP INDEX outbox_message_dead;
CREATE INDEX outbox_message_dead ON outbox_message (id) WHERE status = 'dead';
DROP INDEX outbox_message_pending;
CREATE INDEX outbox_message_pending ON outbox_message (topic, available_at, id) WHERE status = 'pending';
ALTER TABLE outbox_message DROP CONSTRAINT outbox_message_pkey;
ALTER TABLE outbox_message ADD PRIMARY KEY (id);
ALTER TABLE outbox_message DROP COLUMN consumer;
UPDATE outbox_message SET topic = 'mail' WHERE topic = 'notice';
