-- What a department had begun to write and did not send is laid aside when the ticket leaves it: it stands in the way of
-- nobody, nobody sends it, and nothing of it is lost.
ALTER TABLE reply DROP CONSTRAINT reply_status_check,
    ADD CONSTRAINT reply_status_check CHECK (status IN ('draft', 'in_review', 'sent', 'discarded'));
DROP INDEX reply_one_final;
-- One final reply in the making a cycle, and one sent.
CREATE UNIQUE INDEX reply_one_final ON reply (ticket_id, cycle) WHERE kind = 'final' AND status <> 'discarded';
-- What was left behind until now: of cycles that are over, and of tickets that no department has.
UPDATE reply SET status = 'discarded' FROM ticket
    WHERE ticket.id = reply.ticket_id AND reply.status IN ('draft', 'in_review')
        AND (reply.cycle <> ticket.cycle OR ticket.state IN ('received', 'accepted', 'declined', 'transferred_out',
            'withdrawn', 'merged', 'spam') OR (reply.kind IN ('interim', 'final') AND ticket.state IN ('answered', 'closed')));
