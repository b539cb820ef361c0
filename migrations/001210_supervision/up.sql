-- Supervision orders (督办单): what a supervisor orders a department to do about one ticket, with a clock of its own.

CREATE TABLE supervision_order (
    id              uuid        PRIMARY KEY,
    ticket_id       uuid        NOT NULL REFERENCES ticket (id),
    -- The ticket's public number, which never changes.
    reference       text        NOT NULL,
    department_id   integer     NOT NULL REFERENCES department (id),
    status          text        NOT NULL CHECK (status IN ('proposed', 'issued', 'acknowledged', 'answered', 'closed', 'dismissed')),
    -- The alarm of the leader's level that proposed it; null: a supervisor's own.
    alarm_id        uuid        CONSTRAINT supervision_order_proposed_once UNIQUE REFERENCES alarm (id),
    instruction     text        CHECK (char_length(instruction) BETWEEN 1 AND 10000),
    due_on          date,
    due_at          timestamptz,
    created_at      timestamptz NOT NULL,
    issued_by       uuid        REFERENCES staff (id),
    issued_at       timestamptz,
    acknowledged_by uuid        REFERENCES staff (id),
    acknowledged_at timestamptz,
    feedback        text        CHECK (char_length(feedback) BETWEEN 1 AND 10000),
    answered_by     uuid        REFERENCES staff (id),
    answered_at     timestamptz,
    -- How often the feedback did not suffice, and what was said about it last; or why it was dismissed or closed.
    times_returned  smallint    NOT NULL DEFAULT 0 CHECK (times_returned >= 0),
    remark          text        CHECK (char_length(remark) BETWEEN 1 AND 500),
    ended_by        uuid        REFERENCES staff (id),
    ended_at        timestamptz,
    last_alarm      text        CHECK (last_alarm IN ('reminder', 'overdue')),
    next_alarm_at   timestamptz,
    version         integer     NOT NULL DEFAULT 1,
    CONSTRAINT supervision_order_issue_is_whole CHECK (
        (issued_at IS NULL) = (issued_by IS NULL) AND (issued_at IS NULL) = (instruction IS NULL)
        AND (issued_at IS NULL) = (due_on IS NULL) AND (issued_at IS NULL) = (due_at IS NULL)),
    CONSTRAINT supervision_order_status_matches_issue CHECK (
        status = 'closed' OR (status IN ('proposed', 'dismissed')) = (issued_at IS NULL)),
    CONSTRAINT supervision_order_answer_is_whole CHECK (
        (answered_at IS NULL) = (answered_by IS NULL) AND (status <> 'answered' OR feedback IS NOT NULL)),
    CONSTRAINT supervision_order_end_is_whole CHECK (
        (status IN ('closed', 'dismissed')) = (ended_at IS NOT NULL) AND (ended_at IS NULL) = (ended_by IS NULL)),
    -- Its clock runs while the department has it.
    CONSTRAINT supervision_order_alarm_while_running CHECK (status IN ('issued', 'acknowledged') OR next_alarm_at IS NULL)
);
-- One at a time for a ticket and department.
CREATE UNIQUE INDEX supervision_order_one_open ON supervision_order (ticket_id, department_id)
    WHERE status IN ('proposed', 'issued', 'acknowledged', 'answered');
-- The list everywhere, the newest first: WHERE status = $1 AND id < $2 ORDER BY id DESC.
CREATE INDEX supervision_order_list ON supervision_order (status, id);
-- The same of some departments: WHERE department_id = $1 AND status = $2 AND id < $3 ORDER BY id DESC.
CREATE INDEX supervision_order_department_list ON supervision_order (department_id, status, id);
-- What is due: WHERE next_alarm_at <= $1 ORDER BY next_alarm_at, id.
CREATE INDEX supervision_order_next_alarm ON supervision_order (next_alarm_at, id) WHERE next_alarm_at IS NOT NULL;
-- What is late, for the leader's brief: WHERE due_at <= $1 AND status IN ('issued', 'acknowledged') ORDER BY due_at, id.
CREATE INDEX supervision_order_late ON supervision_order (due_at, id) WHERE status IN ('issued', 'acknowledged');
