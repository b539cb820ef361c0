DROP TABLE job_slot;
DROP TABLE outbox_message;
