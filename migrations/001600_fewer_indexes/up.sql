-- An index less to write with every clock and work order: the key by ticket serves those who ask for a ticket's rows, and
-- the foreign keys that say whose they are.
ALTER TABLE ticket DROP CONSTRAINT ticket_citizen_clock_fk, DROP CONSTRAINT ticket_lead_work_order_fk;
ALTER TABLE alarm DROP CONSTRAINT alarm_clock_of_ticket;
ALTER TABLE clock DROP CONSTRAINT clock_id_ticket_id_key, ADD CONSTRAINT clock_of_ticket UNIQUE (ticket_id, id);
ALTER TABLE work_order DROP CONSTRAINT work_order_id_ticket_id_key, ADD CONSTRAINT work_order_of_ticket UNIQUE (ticket_id, id);
DROP INDEX clock_ticket, work_order_ticket;
ALTER TABLE alarm ADD CONSTRAINT alarm_clock_of_ticket FOREIGN KEY (ticket_id, clock_id) REFERENCES clock (ticket_id, id);
ALTER TABLE ticket
    ADD CONSTRAINT ticket_citizen_clock_fk FOREIGN KEY (id, citizen_clock_id)
        REFERENCES clock (ticket_id, id) DEFERRABLE INITIALLY DEFERRED,
    ADD CONSTRAINT ticket_lead_work_order_fk FOREIGN KEY (id, lead_work_order_id)
        REFERENCES work_order (ticket_id, id) DEFERRABLE INITIALLY DEFERRED;
