-- How the sweep stands, for all instances: the storm brake, and the canary that proves it alive.

CREATE TABLE sweep_state (
    -- One row.
    id              boolean     PRIMARY KEY DEFAULT true CHECK (id),
    is_paused       boolean     NOT NULL DEFAULT false,
    -- The minute that is counted, and the alarms in it.
    minute_at       timestamptz,
    minute_alarms   integer     NOT NULL DEFAULT 0 CHECK (minute_alarms >= 0),
    -- Whoever resumed the sweep wants everything fired that was due by then, however much it is.
    confirmed_until timestamptz
);
INSERT INTO sweep_state DEFAULT VALUES;

-- Who paused and resumed it, and why. Small: people do this rarely, and the brake once a storm.
CREATE TABLE sweep_action (
    id       uuid        PRIMARY KEY,
    action   text        NOT NULL CHECK (action IN ('pause', 'resume')),
    -- Null: the storm brake.
    staff_id uuid        REFERENCES staff (id),
    reason   text        NOT NULL CHECK (char_length(reason) BETWEEN 1 AND 500),
    taken_at timestamptz NOT NULL,
    CONSTRAINT sweep_action_people_resume CHECK (action = 'pause' OR staff_id IS NOT NULL)
);

-- A clock that belongs to nothing and stands in no figure. It comes due every few minutes, and only the sweep sets it on.
CREATE TABLE sweep_canary (
    -- One row.
    id       boolean     PRIMARY KEY DEFAULT true CHECK (id),
    -- Null: no sweep has run yet.
    due_at   timestamptz,
    fired_at timestamptz,
    fired    bigint      NOT NULL DEFAULT 0
);
INSERT INTO sweep_canary DEFAULT VALUES;
