-- What only the right keys agree with, so that no instance starts with wrong ones: for each sealing key something that it
-- sealed, for the key of blind indexes an index, for the key of tokens a digest of its public half.
CREATE TABLE key_canary (
    name       text        PRIMARY KEY CHECK (char_length(name) BETWEEN 1 AND 40),
    canary     bytea       NOT NULL CHECK (octet_length(canary) BETWEEN 32 AND 200),
    planted_at timestamptz NOT NULL
);
