-- Staff, what they were granted, their sessions, and the one-time codes with which they set a password.
-- Nobody's account exists by default.

CREATE TABLE staff (
    id               uuid        PRIMARY KEY,
    username         text        NOT NULL CONSTRAINT staff_username_unique UNIQUE
                                 CONSTRAINT staff_username_form CHECK (username ~ '^[a-z0-9][a-z0-9._-]{2,31}$'),
    display_name     text        NOT NULL CHECK (length(display_name) BETWEEN 1 AND 50),
    -- The address at work. Only an administrator made on the command line may have none.
    mail             text        CHECK (length(mail) BETWEEN 3 AND 254),
    locale           text        NOT NULL CHECK (locale IN ('zh-CN', 'en', 'zh-Hant')),
    -- Null: a system administrator who belongs to no department.
    department_id    integer     REFERENCES department (id),
    -- Whether this account may hold the role system_administrator, and then no other.
    is_administrator boolean     NOT NULL,
    -- An argon2id hash in PHC form; null until the first password is set.
    password_hash    text        CHECK (password_hash LIKE '$argon2id$%'),
    -- Wrong passwords since the last right one, and until when none is accepted.
    failed_logins    integer     NOT NULL DEFAULT 0 CHECK (failed_logins >= 0),
    locked_until     timestamptz,
    disabled_at      timestamptz,
    created_at       timestamptz NOT NULL,
    version          integer     NOT NULL DEFAULT 1,
    CONSTRAINT staff_has_department CHECK (is_administrator OR department_id IS NOT NULL),
    CONSTRAINT staff_has_mail CHECK (is_administrator OR mail IS NOT NULL),
    -- What staff_grant refers to.
    CONSTRAINT staff_administrator_unique UNIQUE (id, is_administrator)
);
-- The list of a department's staff: WHERE department_id = ANY ($1) AND username > $2 ORDER BY username.
CREATE INDEX staff_department ON staff (department_id, username);

CREATE TABLE staff_grant (
    id               uuid        PRIMARY KEY,
    staff_id         uuid        NOT NULL REFERENCES staff (id),
    role             text        NOT NULL CONSTRAINT staff_grant_role_known CHECK (role IN (
                         'intake', 'dispatcher', 'handler', 'department_lead', 'reviewer', 'editor', 'supervisor',
                         'disclosure_officer', 'system_administrator', 'auditor')),
    -- The grant holds in this department and everything below it; null: everywhere.
    department_id    integer     REFERENCES department (id),
    -- Null: on the command line.
    granted_by       uuid        REFERENCES staff (id),
    granted_at       timestamptz NOT NULL,
    is_administrator boolean     NOT NULL GENERATED ALWAYS AS (role = 'system_administrator') STORED,
    -- A system administrator holds no other role, whoever grants it and however many do so at once.
    CONSTRAINT staff_grant_roles_compatible FOREIGN KEY (staff_id, is_administrator)
        REFERENCES staff (id, is_administrator),
    CONSTRAINT staff_grant_not_to_oneself CHECK (granted_by <> staff_id),
    -- Also finds the grants of one person: WHERE staff_id = $1.
    CONSTRAINT staff_grant_unique UNIQUE NULLS NOT DISTINCT (staff_id, role, department_id)
);
-- Who holds a role for a department: WHERE role = $1 AND (department_id = ANY ($2) OR department_id IS NULL).
CREATE INDEX staff_grant_role ON staff_grant (role, department_id);

CREATE TABLE session (
    id                 uuid        PRIMARY KEY,
    staff_id           uuid        NOT NULL REFERENCES staff (id),
    created_at         timestamptz NOT NULL,
    -- The end, whatever happens.
    expires_at         timestamptz NOT NULL,
    -- SHA-256 of the refresh token that is good now; it is found by this.
    refresh_hash       bytea       NOT NULL CONSTRAINT session_refresh_hash_unique UNIQUE
                                   CHECK (octet_length(refresh_hash) = 32),
    refresh_expires_at timestamptz NOT NULL,
    revoked_at         timestamptz,
    CONSTRAINT session_refresh_within_session CHECK (refresh_expires_at <= expires_at)
);
-- Signing somebody out everywhere: WHERE staff_id = $1 AND revoked_at IS NULL.
CREATE INDEX session_staff_live ON session (staff_id) WHERE revoked_at IS NULL;
-- Forgetting old sessions: WHERE expires_at < $1.
CREATE INDEX session_expiry ON session (expires_at);

-- Refresh tokens that were used. One that comes again was stolen, or its thief came first: the session ends.
CREATE TABLE spent_refresh_token (
    token_hash bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
    session_id uuid  NOT NULL REFERENCES session (id) ON DELETE CASCADE
);
-- The cascade when a session is forgotten: WHERE session_id = $1.
CREATE INDEX spent_refresh_token_session ON spent_refresh_token (session_id);

-- The one-time code with which somebody sets a password: the first one, or a new one. At most one a person.
CREATE TABLE activation_code (
    staff_id   uuid        PRIMARY KEY REFERENCES staff (id),
    code_hash  bytea       NOT NULL CHECK (octet_length(code_hash) = 32),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL CHECK (expires_at > created_at)
);
