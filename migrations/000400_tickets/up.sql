-- Tickets with all that one command changes in one transaction: events, work orders, clocks, replies, messages.
-- Lock order: ticket, work_order, clock.

-- Numbers of a day are handed out in blocks to each instance, so that submissions do not queue behind one row.
CREATE TABLE reference_block (
    issued_on date PRIMARY KEY,
    next_number bigint NOT NULL CHECK (next_number > 0)
);

CREATE TABLE ticket (
    id uuid PRIMARY KEY,
    reference text NOT NULL,
    access_code_hash bytea NOT NULL CHECK (octet_length(access_code_hash) = 32),
    kind text NOT NULL CHECK (kind IN ('mayor_letter', 'inquiry', 'complaint', 'suggestion', 'error_report', 'information_request')),
    channel text NOT NULL CHECK (channel IN ('web', 'mobile', 'hotline', 'mail', 'counter', 'open311', 'upstream', 'import')),
    category_id integer NOT NULL REFERENCES category (id),
    district_code text REFERENCES district (code),
    title text NOT NULL CHECK (char_length(title) BETWEEN 1 AND 100),
    body text NOT NULL CHECK (char_length(body) BETWEEN 1 AND 10000),
    form jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(form) = 'object'),
    locale text NOT NULL CHECK (locale IN ('zh-CN', 'zh-Hant', 'en')),
    state text NOT NULL CHECK (state IN ('received', 'accepted', 'dispatched', 'in_progress', 'in_review', 'awaiting_citizen',
        'answered', 'closed', 'declined', 'transferred_out', 'withdrawn', 'merged', 'spam')),
    resume_state text CHECK (resume_state IN ('received', 'accepted', 'in_progress')),
    outcome text CHECK (outcome IN ('resolved', 'partly_resolved', 'explained', 'not_feasible', 'declined', 'transferred_out',
        'withdrawn', 'merged', 'no_answer')),
    cycle smallint NOT NULL DEFAULT 1 CHECK (cycle >= 1),
    refusals smallint NOT NULL DEFAULT 0 CHECK (refusals BETWEEN 0 AND 2),
    department_id integer REFERENCES department (id),
    lead_work_order_id uuid,
    citizen_clock_id uuid,
    due_at timestamptz,
    publication_refused boolean NOT NULL DEFAULT false,
    urges smallint NOT NULL DEFAULT 0,
    last_urged_on date,
    was_reopened_by_citizen boolean NOT NULL DEFAULT false,
    satisfaction smallint CHECK (satisfaction BETWEEN 1 AND 5),
    merged_into uuid REFERENCES ticket (id),
    source text,
    source_reference text,
    received_at timestamptz NOT NULL,
    answered_at timestamptz,
    ended_at timestamptz,
    event_count integer NOT NULL CHECK (event_count >= 1),
    event_hash bytea NOT NULL CHECK (octet_length(event_hash) = 32),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT ticket_source_is_whole CHECK ((source IS NULL) = (source_reference IS NULL)),
    CONSTRAINT ticket_aside_knows_its_way_back CHECK ((state IN ('awaiting_citizen', 'spam')) = (resume_state IS NOT NULL)),
    CONSTRAINT ticket_merge_names_its_root CHECK ((state = 'merged') = (merged_into IS NOT NULL) AND merged_into <> id),
    -- Invariant 1: these states if and only if there is an open lead work order.
    CONSTRAINT ticket_lead_matches_state CHECK (
        (state IN ('dispatched', 'in_progress', 'in_review') OR (state = 'awaiting_citizen' AND resume_state = 'in_progress'))
        = (lead_work_order_id IS NOT NULL)),
    -- Invariant 2: an open ticket has a citizen clock, any other has none.
    CONSTRAINT ticket_clock_matches_state CHECK (
        (state IN ('received', 'accepted', 'dispatched', 'in_progress', 'in_review', 'awaiting_citizen'))
        = (citizen_clock_id IS NOT NULL)),
    CONSTRAINT ticket_due_matches_clock CHECK ((citizen_clock_id IS NULL) = (due_at IS NULL))
) WITH (fillfactor = 80);

-- Looking a ticket up by its number.
CREATE UNIQUE INDEX ticket_reference_key ON ticket (reference);
-- The same matter from the same outside system exists once.
CREATE UNIQUE INDEX ticket_source_key ON ticket (source, source_reference) WHERE source IS NOT NULL;
-- A department's work list, soonest due first, page by page.
CREATE INDEX ticket_department_work ON ticket (department_id, due_at, id) WHERE due_at IS NOT NULL;
-- The desk's work list (received and accepted, nobody's yet), soonest due first.
CREATE INDEX ticket_desk_work ON ticket (due_at, id) WHERE state IN ('received', 'accepted');
-- All open tickets, soonest due first: the supervisor's list and the count of overdue ones.
CREATE INDEX ticket_open_due ON ticket (due_at, id) WHERE due_at IS NOT NULL;
-- Everything, newest first: staff search by time.
CREATE INDEX ticket_received ON ticket (received_at DESC, id DESC);

-- Who wrote: one sealed blob a ticket. Only blind indexes can be searched.
CREATE TABLE submitter (
    ticket_id uuid PRIMARY KEY REFERENCES ticket (id),
    sealed bytea NOT NULL,
    phone_index bytea CHECK (octet_length(phone_index) = 32),
    mail_index bytea CHECK (octet_length(mail_index) = 32)
);
-- The same submitter by phone (merge, caller card).
CREATE INDEX submitter_phone ON submitter (phone_index) WHERE phone_index IS NOT NULL;
-- The same submitter by mail address.
CREATE INDEX submitter_mail ON submitter (mail_index) WHERE mail_index IS NOT NULL;

-- Who looked at a submitter's personal data, and when.
CREATE TABLE submitter_access (
    id uuid PRIMARY KEY,
    ticket_id uuid NOT NULL REFERENCES ticket (id),
    staff_id uuid NOT NULL REFERENCES staff (id),
    accessed_at timestamptz NOT NULL
);
-- The accesses to one ticket's submitter.
CREATE INDEX submitter_access_ticket ON submitter_access (ticket_id, accessed_at);

-- Invariant 9: append-only, without gaps, hash-chained.
CREATE TABLE ticket_event (
    ticket_id uuid NOT NULL REFERENCES ticket (id),
    sequence integer NOT NULL CHECK (sequence >= 1),
    kind text NOT NULL,
    occurred_at timestamptz NOT NULL,
    actor_kind text NOT NULL CHECK (actor_kind IN ('citizen', 'staff', 'machine', 'rule', 'system')),
    actor_id text,
    data jsonb NOT NULL,
    hash bytea NOT NULL CHECK (octet_length(hash) = 32),
    PRIMARY KEY (ticket_id, sequence)
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER ticket_event_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ticket_event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE work_order (
    id uuid PRIMARY KEY,
    ticket_id uuid NOT NULL REFERENCES ticket (id),
    cycle smallint NOT NULL,
    department_id integer NOT NULL REFERENCES department (id),
    role text NOT NULL CHECK (role IN ('lead', 'assist', 'inform')),
    status text NOT NULL CHECK (status IN ('issued', 'signed', 'replied', 'returned', 'accepted', 'refused', 'recalled')),
    is_final boolean NOT NULL DEFAULT false,
    instruction text,
    assignee_id uuid REFERENCES staff (id),
    contribution text,
    issued_at timestamptz NOT NULL,
    signed_at timestamptz,
    ended_at timestamptz,
    end_reason text,
    proposed_department_id integer REFERENCES department (id),
    UNIQUE (id, ticket_id)
);
-- Invariant 1: one open lead a ticket and cycle.
CREATE UNIQUE INDEX work_order_one_open_lead ON work_order (ticket_id, cycle)
    WHERE role = 'lead' AND status IN ('issued', 'signed', 'replied', 'returned');
-- A ticket's work orders.
CREATE INDEX work_order_ticket ON work_order (ticket_id, issued_at);
-- A department's open contributions to others' tickets.
CREATE INDEX work_order_department_open ON work_order (department_id, issued_at, id) WHERE status IN ('issued', 'signed', 'replied', 'returned');

CREATE TABLE clock (
    id uuid PRIMARY KEY,
    ticket_id uuid NOT NULL REFERENCES ticket (id),
    work_order_id uuid REFERENCES work_order (id),
    department_id integer REFERENCES department (id),
    cycle smallint NOT NULL,
    metric text NOT NULL CHECK (metric IN ('accept', 'sign', 'work_order', 'reply', 'refuse', 'clarification', 'rating')),
    limit_code text NOT NULL,
    policy_code text NOT NULL,
    policy_version integer NOT NULL,
    calendar_code text NOT NULL,
    calendar_version integer NOT NULL,
    working_days integer NOT NULL CHECK (working_days >= 0),
    extension_working_days integer NOT NULL DEFAULT 0 CHECK (extension_working_days >= 0),
    anchor_on date NOT NULL,
    due_on date NOT NULL,
    due_at timestamptz NOT NULL,
    is_provisional boolean NOT NULL,
    status text NOT NULL CHECK (status IN ('running', 'paused', 'stopped', 'cancelled')),
    started_at timestamptz NOT NULL,
    paused_at timestamptz,
    pause_cause text,
    ended_at timestamptz,
    end_cause text,
    breached_at timestamptz,
    arming smallint NOT NULL DEFAULT 1,
    last_alarm text CHECK (last_alarm IN ('l0', 'l1', 'l2', 'l3')),
    next_alarm_at timestamptz,
    UNIQUE (id, ticket_id),
    -- Invariant 3: a paused clock has exactly one open pause and no pending alarm.
    CONSTRAINT clock_pause_is_open CHECK ((status = 'paused') = (paused_at IS NOT NULL)),
    CONSTRAINT clock_alarm_only_while_running CHECK (status = 'running' OR next_alarm_at IS NULL),
    CONSTRAINT clock_end_matches_status CHECK ((status IN ('stopped', 'cancelled')) = (ended_at IS NOT NULL))
) WITH (fillfactor = 80);
-- What is due: the sweep costs the number of due alarms, not of open tickets.
CREATE INDEX clock_next_alarm ON clock (next_alarm_at, id) WHERE next_alarm_at IS NOT NULL;
-- Rating windows that have passed: the auto-close sweep.
CREATE INDEX clock_rating_due ON clock (due_at, id) WHERE metric = 'rating' AND status = 'running';
-- A ticket's clocks.
CREATE INDEX clock_ticket ON clock (ticket_id);
-- One live promise to the citizen at a time.
CREATE UNIQUE INDEX clock_one_live_citizen_clock ON clock (ticket_id)
    WHERE metric IN ('accept', 'reply') AND status IN ('running', 'paused');

-- Closed pause segments; the open one stands in the clock itself.
CREATE TABLE clock_pause (
    clock_id uuid NOT NULL REFERENCES clock (id),
    number smallint NOT NULL CHECK (number >= 1),
    cause text NOT NULL,
    paused_at timestamptz NOT NULL,
    resumed_at timestamptz NOT NULL,
    paused_on date NOT NULL,
    resumed_on date NOT NULL,
    PRIMARY KEY (clock_id, number),
    CHECK (resumed_on >= paused_on)
);

ALTER TABLE ticket ADD CONSTRAINT ticket_lead_work_order_fk FOREIGN KEY (lead_work_order_id, id)
    REFERENCES work_order (id, ticket_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ticket ADD CONSTRAINT ticket_citizen_clock_fk FOREIGN KEY (citizen_clock_id, id)
    REFERENCES clock (id, ticket_id) DEFERRABLE INITIALLY DEFERRED;

-- What is reviewed and what is sent are compared by this. PostgreSQL calls convert_to stable because a database could
-- in principle be moved to another encoding; ours is UTF-8 from its creation on, so that the digest never changes.
CREATE FUNCTION text_digest(body text) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ SELECT sha256(convert_to(body, 'UTF8')) $$;

CREATE TABLE reply (
    id uuid PRIMARY KEY,
    ticket_id uuid NOT NULL REFERENCES ticket (id),
    cycle smallint NOT NULL,
    kind text NOT NULL CHECK (kind IN ('interim', 'final', 'supplement', 'correction')),
    status text NOT NULL CHECK (status IN ('draft', 'in_review', 'sent')),
    origin text NOT NULL DEFAULT 'staff' CHECK (origin IN ('staff', 'import')),
    body text NOT NULL CHECK (char_length(body) BETWEEN 1 AND 10000),
    outcome text CHECK (outcome IN ('resolved', 'partly_resolved', 'explained', 'not_feasible')),
    author_id uuid REFERENCES staff (id),
    reviewer_id uuid REFERENCES staff (id),
    return_reason text,
    content_digest bytea NOT NULL GENERATED ALWAYS AS (text_digest(body)) STORED,
    reviewed_digest bytea,
    created_at timestamptz NOT NULL,
    submitted_at timestamptz,
    sent_at timestamptz,
    version integer NOT NULL DEFAULT 1,
    -- Invariant 6: author ≠ reviewer.
    CONSTRAINT reply_author_is_not_reviewer CHECK (author_id <> reviewer_id),
    CONSTRAINT reply_by_staff_has_author CHECK (origin = 'import' OR author_id IS NOT NULL),
    CONSTRAINT reply_sent_was_reviewed CHECK (status <> 'sent' OR origin = 'import'
        OR (reviewer_id IS NOT NULL AND reviewed_digest = content_digest)),
    CONSTRAINT reply_sent_has_time CHECK ((status = 'sent') = (sent_at IS NOT NULL))
);
-- A ticket's replies in order.
CREATE INDEX reply_ticket ON reply (ticket_id, created_at);
-- One final reply in the making a cycle, and one sent.
CREATE UNIQUE INDEX reply_one_final ON reply (ticket_id, cycle) WHERE kind = 'final';

CREATE TABLE message (
    id uuid PRIMARY KEY,
    ticket_id uuid NOT NULL REFERENCES ticket (id),
    kind text NOT NULL CHECK (kind IN ('question', 'answer', 'addition', 'note')),
    body text NOT NULL CHECK (char_length(body) BETWEEN 1 AND 10000),
    author_kind text NOT NULL CHECK (author_kind IN ('citizen', 'staff')),
    author_id uuid REFERENCES staff (id),
    sent_at timestamptz NOT NULL
);
-- A ticket's messages in order.
CREATE INDEX message_ticket ON message (ticket_id, sent_at);

-- Decisions that take two people: declining, and more time.
CREATE TABLE approval (
    id uuid PRIMARY KEY,
    ticket_id uuid NOT NULL REFERENCES ticket (id),
    kind text NOT NULL CHECK (kind IN ('decline', 'extension')),
    clock_id uuid REFERENCES clock (id),
    working_days integer CHECK (working_days BETWEEN 1 AND 60),
    ground text NOT NULL,
    advice text,
    requested_by uuid NOT NULL REFERENCES staff (id),
    requested_at timestamptz NOT NULL,
    status text NOT NULL CHECK (status IN ('pending', 'granted', 'rejected', 'void')),
    decided_by uuid REFERENCES staff (id),
    decided_at timestamptz,
    CONSTRAINT approval_takes_two CHECK (requested_by <> decided_by),
    CONSTRAINT approval_decision_is_whole CHECK ((status IN ('granted', 'rejected')) = (decided_by IS NOT NULL)),
    CONSTRAINT approval_extension_is_whole CHECK ((kind = 'extension') = (clock_id IS NOT NULL AND working_days IS NOT NULL))
);
-- One request of a kind at a time.
CREATE UNIQUE INDEX approval_one_pending ON approval (ticket_id, kind) WHERE status = 'pending';
-- A ticket's approvals.
CREATE INDEX approval_ticket ON approval (ticket_id, requested_at);
-- What waits for a decision, oldest first.
CREATE INDEX approval_pending ON approval (requested_at, id) WHERE status = 'pending';
