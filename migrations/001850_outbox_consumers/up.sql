-- A topic may have several consumers: each gets a row of its own of the same message, under the same id, and consumes,
-- retries and gives up on its own. What waits belonged to the only consumer of its topic.
ALTER TABLE outbox_message ADD COLUMN consumer text CHECK (consumer ~ '^[a-z][a-z0-9_]{0,62}$');
UPDATE outbox_message SET topic = 'notice' WHERE topic = 'mail';
UPDATE outbox_message SET consumer = CASE topic
    WHEN 'notice' THEN 'mail'
    WHEN 'ticket_fact' THEN 'statistics'
    WHEN 'ticket_submitted' THEN 'routing'
    WHEN 'ticket_arbitrated' THEN 'routing'
    ELSE 'publication' END;
ALTER TABLE outbox_message ALTER COLUMN consumer SET NOT NULL;
ALTER TABLE outbox_message DROP CONSTRAINT outbox_message_pkey;
ALTER TABLE outbox_message ADD PRIMARY KEY (id, consumer);

DROP INDEX outbox_message_pending;
-- Claiming: WHERE topic = $1 AND consumer = $2 AND status = 'pending' AND available_at <= $3
-- ORDER BY available_at, id LIMIT $4.
CREATE INDEX outbox_message_pending ON outbox_message (topic, consumer, available_at, id) WHERE status = 'pending';
DROP INDEX outbox_message_dead;
-- The operator's list: WHERE status = 'dead' AND (id, consumer) < ($1, $2) ORDER BY id DESC, consumer DESC.
CREATE INDEX outbox_message_dead ON outbox_message (id, consumer) WHERE status = 'dead';

DROP INDEX outbox_message_awaits_recovery;
-- The trial during an outage, and bringing forward after it: WHERE topic = $1 AND consumer = $2 AND status = 'pending' AND
-- awaits_recovery ORDER BY available_at, id.
CREATE INDEX outbox_message_awaits_recovery ON outbox_message (topic, consumer, available_at, id)
    WHERE status = 'pending' AND awaits_recovery;
