-- The older table has no place for what was laid aside.
DELETE FROM reply WHERE status = 'discarded';
DROP INDEX reply_one_final;
CREATE UNIQUE INDEX reply_one_final ON reply (ticket_id, cycle) WHERE kind = 'final';
ALTER TABLE reply DROP CONSTRAINT reply_status_check,
    ADD CONSTRAINT reply_status_check CHECK (status IN ('draft', 'in_review', 'sent'));
