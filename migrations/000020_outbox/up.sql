-- What leaves a command's transaction: mail, search, statistics, publication. Written with the command, delivered after it.
CREATE TABLE outbox_message (
    id              uuid        PRIMARY KEY,
    topic           text        NOT NULL CHECK (topic ~ '^[a-z][a-z0-9_.]{0,62}$'),
    -- For reading only. No foreign key: the message outlives what it speaks of, and the insert takes no lock on the ticket.
    ticket_id       uuid,
    payload         jsonb       NOT NULL,
    created_at      timestamptz NOT NULL,
    -- When it may be taken next. A lease moves this to the lease's end, so that an expired lease is simply due again.
    available_at    timestamptz NOT NULL,
    attempts        smallint    NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    lease_token     uuid,
    leased_until    timestamptz,
    status          text        NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'done', 'dead')),
    done_at         timestamptz,
    last_error_code text        CHECK (last_error_code ~ '^[a-z0-9_]{1,64}$'),
    CONSTRAINT outbox_message_lease_check CHECK ((lease_token IS NULL) = (leased_until IS NULL)),
    CONSTRAINT outbox_message_lease_only_pending_check CHECK (lease_token IS NULL OR status = 'pending'),
    CONSTRAINT outbox_message_done_check CHECK ((status = 'done') = (done_at IS NOT NULL))
) WITH (
    -- A queue: every row is updated a few times within seconds and deleted days later. Vacuum by number, not by share,
    -- and without pauses, so that the partial index below stays as small as the work that waits.
    fillfactor = 85,
    autovacuum_vacuum_scale_factor = 0.0,
    autovacuum_vacuum_threshold = 2000,
    autovacuum_vacuum_cost_delay = 0,
    autovacuum_analyze_scale_factor = 0.0,
    autovacuum_analyze_threshold = 5000
);

-- Claiming: WHERE topic = $1 AND status = 'pending' AND available_at <= $2 ORDER BY available_at, id LIMIT $3.
CREATE INDEX outbox_message_pending ON outbox_message (topic, available_at, id) WHERE status = 'pending';
-- Purging: WHERE status = 'done' AND done_at < $1.
CREATE INDEX outbox_message_done ON outbox_message (done_at) WHERE status = 'done';
-- The operator's list: WHERE status = 'dead' AND id < $1 ORDER BY id DESC.
CREATE INDEX outbox_message_dead ON outbox_message (id) WHERE status = 'dead';

-- Work that is due once for a day or an hour, whatever the number of instances. Small: a row a job and slot.
CREATE TABLE job_slot (
    job          text        NOT NULL CHECK (job ~ '^[a-z][a-z0-9_]{0,62}$'),
    slot         timestamptz NOT NULL,
    -- Who works on it. Another may take over once the heartbeat is old, and the first may then no longer finish it.
    holder       uuid        NOT NULL,
    started_at   timestamptz NOT NULL,
    heartbeat_at timestamptz NOT NULL,
    finished_at  timestamptz,
    PRIMARY KEY (job, slot)
);
