-- Alarms that fired. Only what happened stands here: what is to come is the instant that a clock holds.

CREATE TABLE alarm (
    id              uuid        PRIMARY KEY,
    clock_id        uuid        NOT NULL,
    ticket_id       uuid        NOT NULL,
    -- The ticket's public number, which never changes.
    reference       text        NOT NULL,
    metric          text        NOT NULL CHECK (metric IN ('accept', 'sign', 'work_order', 'reply', 'refuse', 'clarification', 'rating')),
    arming          smallint    NOT NULL CHECK (arming >= 1),
    level           text        NOT NULL CHECK (level IN ('l0', 'l1', 'l2', 'l3')),
    due_on          date        NOT NULL,
    fire_at         timestamptz NOT NULL,
    fired_at        timestamptz NOT NULL,
    -- Came due together with a higher level, and nobody was told of this one.
    is_absorbed     boolean     NOT NULL,
    -- The department in charge when it fired; null: the desk.
    department_id   integer     REFERENCES department (id),
    acknowledged_at timestamptz,
    acknowledged_by uuid        REFERENCES staff (id),
    is_open         boolean     NOT NULL GENERATED ALWAYS AS (acknowledged_at IS NULL AND NOT is_absorbed) STORED,
    version         integer     NOT NULL DEFAULT 1,
    CONSTRAINT alarm_clock_of_ticket FOREIGN KEY (clock_id, ticket_id) REFERENCES clock (id, ticket_id),
    -- Invariant 5: at most once per arming, whatever the number of instances, restarts and retries.
    CONSTRAINT alarm_fires_once UNIQUE (clock_id, arming, level),
    CONSTRAINT alarm_not_before_its_time CHECK (fired_at >= fire_at),
    CONSTRAINT alarm_acknowledgement_is_whole CHECK ((acknowledged_at IS NULL) = (acknowledged_by IS NULL)),
    CONSTRAINT alarm_absorbed_needs_nobody CHECK (NOT is_absorbed OR acknowledged_at IS NULL)
);
-- The list for everywhere, the open ones first: WHERE level = $1 AND NOT is_absorbed ORDER BY is_open, fired_at, id.
CREATE INDEX alarm_list ON alarm (level, is_open, fired_at, id) WHERE NOT is_absorbed;
-- The same for some departments: WHERE department_id = $1 AND level = $2 AND NOT is_absorbed ORDER BY is_open, fired_at, id.
CREATE INDEX alarm_department_list ON alarm (department_id, level, is_open, fired_at, id) WHERE NOT is_absorbed;
