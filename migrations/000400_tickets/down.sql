DROP TABLE approval, message, reply, clock_pause, ticket_event, submitter_access, submitter;
ALTER TABLE ticket DROP CONSTRAINT ticket_lead_work_order_fk, DROP CONSTRAINT ticket_citizen_clock_fk;
DROP TABLE clock, work_order, ticket, reference_block;
DROP FUNCTION text_digest(text);
DROP FUNCTION refuse_change();
