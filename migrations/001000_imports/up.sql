-- Imports of answered letters: how far each file was taken over, so that a run that was broken off goes on where it
-- stopped. The letters themselves are tickets.
CREATE TABLE import_run (
    id uuid PRIMARY KEY,
    source text NOT NULL CHECK (source ~ '^[a-z0-9][a-z0-9._-]{0,63}$'),
    -- SHA-256 of the file as it lies there.
    file_digest bytea NOT NULL CHECK (octet_length(file_digest) = 32),
    -- The first row, counted from 1, that was not dealt with yet.
    next_row bigint NOT NULL CHECK (next_row >= 1),
    imported bigint NOT NULL CHECK (imported >= 0),
    known bigint NOT NULL CHECK (known >= 0),
    published bigint NOT NULL CHECK (published >= 0),
    held_back bigint NOT NULL CHECK (held_back >= 0),
    -- How many rows were refused, by code.
    refused jsonb NOT NULL CHECK (jsonb_typeof(refused) = 'object'),
    started_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    finished_at timestamptz
);
-- The run to go on with: WHERE source = $1 AND file_digest = $2 AND finished_at IS NULL. There is one at most.
CREATE UNIQUE INDEX import_run_unfinished ON import_run (source, file_digest) WHERE finished_at IS NULL;
