-- What an administrator asks for and a second one approves: a one-time code for an account that decides or publishes, or the
-- grant of such a role.
CREATE TABLE account_request (
    id            uuid        PRIMARY KEY,
    -- Whose account.
    staff_id      uuid        NOT NULL REFERENCES staff (id),
    -- The role to be granted; null: a one-time code is asked for.
    role          text        CHECK (role ~ '^[a-z_]{1,40}$'),
    -- Where the role shall hold; null: everywhere.
    department_id integer     REFERENCES department (id),
    requested_by  uuid        NOT NULL REFERENCES staff (id),
    requested_at  timestamptz NOT NULL,
    expires_at    timestamptz NOT NULL CHECK (expires_at > requested_at),
    -- Null: nobody has decided.
    was_approved  boolean,
    -- Null: it expired, or nobody has decided.
    decided_by    uuid        REFERENCES staff (id),
    decided_at    timestamptz,
    CONSTRAINT account_request_decided CHECK ((was_approved IS NULL) = (decided_at IS NULL)),
    -- Nobody approves their own request, and nobody what is asked for themselves.
    CONSTRAINT account_request_two_people
        CHECK (was_approved IS NOT TRUE OR (decided_by IS NOT NULL AND decided_by NOT IN (requested_by, staff_id)))
);
-- One at a time; also finds what waits for one account: WHERE staff_id = ANY ($1) AND was_approved IS NULL.
CREATE UNIQUE INDEX account_request_pending ON account_request (staff_id, role, department_id) NULLS NOT DISTINCT
    WHERE was_approved IS NULL;
-- The list: WHERE was_approved IS NULL AND expires_at > $1 ORDER BY requested_at, id.
CREATE INDEX account_request_list ON account_request (requested_at, id) WHERE was_approved IS NULL;

-- What was done to accounts, by whom. Nothing is ever taken out.
CREATE TABLE account_event (
    id          uuid        PRIMARY KEY,
    staff_id    uuid        NOT NULL REFERENCES staff (id),
    kind        text        NOT NULL CHECK (kind IN ('made', 'made_on_command_line', 'disabled', 'enabled',
                    'code_requested', 'code_issued', 'code_issued_on_command_line', 'grant_requested', 'granted',
                    'revoked', 'request_rejected', 'password_set')),
    -- Null: on the command line, or the owner with a one-time code.
    actor_id    uuid        REFERENCES staff (id),
    -- The role, for what is about one.
    role        text        CHECK (role ~ '^[a-z_]{1,40}$'),
    occurred_at timestamptz NOT NULL
);
-- The history of an account: WHERE staff_id = $1 AND id > $2 ORDER BY id.
CREATE INDEX account_event_of ON account_event (staff_id, id);
