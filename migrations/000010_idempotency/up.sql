-- Answers to requests that carried an Idempotency-Key, kept seven days.
CREATE TABLE idempotency (
    -- SHA-256 of caller, method, path and key.
    scope          bytea       PRIMARY KEY CHECK (octet_length(scope) = 32),
    -- SHA-256 of the request's body: the same key with another body is refused.
    request_digest bytea       NOT NULL CHECK (octet_length(request_digest) = 32),
    -- The answer as JSON, sealed, because it may hold personal data or an access code.
    response       bytea       NOT NULL,
    created_at     timestamptz NOT NULL
);

-- idempotency::purge: DELETE … WHERE created_at < $1. Rows arrive in the order of time, so block ranges are enough
-- and cost the hot insert next to nothing.
CREATE INDEX idempotency_created_at ON idempotency USING brin (created_at) WITH (autosummarize = on);
