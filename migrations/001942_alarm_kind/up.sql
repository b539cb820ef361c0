-- An alarm keeps what sort of matter it is about, so that those who have one sort only are shown theirs.
ALTER TABLE alarm ADD COLUMN kind ticket_kind;
UPDATE alarm SET kind = ticket.kind FROM ticket WHERE ticket.id = alarm.ticket_id;
ALTER TABLE alarm ALTER COLUMN kind SET NOT NULL;
-- For what somebody was told of.
CREATE INDEX alarm_notice_told ON alarm_notice (staff_id, alarm_id);
