ALTER TABLE ticket DROP CONSTRAINT ticket_citizen_clock_fk, DROP CONSTRAINT ticket_lead_work_order_fk;
ALTER TABLE alarm DROP CONSTRAINT alarm_clock_of_ticket;
ALTER TABLE clock DROP CONSTRAINT clock_of_ticket, ADD CONSTRAINT clock_id_ticket_id_key UNIQUE (id, ticket_id);
ALTER TABLE work_order DROP CONSTRAINT work_order_of_ticket, ADD CONSTRAINT work_order_id_ticket_id_key UNIQUE (id, ticket_id);
CREATE INDEX clock_ticket ON clock (ticket_id);
CREATE INDEX work_order_ticket ON work_order (ticket_id, issued_at);
ALTER TABLE alarm ADD CONSTRAINT alarm_clock_of_ticket FOREIGN KEY (clock_id, ticket_id) REFERENCES clock (id, ticket_id);
ALTER TABLE ticket
    ADD CONSTRAINT ticket_citizen_clock_fk FOREIGN KEY (citizen_clock_id, id)
        REFERENCES clock (id, ticket_id) DEFERRABLE INITIALLY DEFERRED,
    ADD CONSTRAINT ticket_lead_work_order_fk FOREIGN KEY (lead_work_order_id, id)
        REFERENCES work_order (id, ticket_id) DEFERRABLE INITIALLY DEFERRED;
