ALTER TABLE outbox_message DROP COLUMN awaits_recovery, DROP COLUMN early_retries;
