-- What a job could not do, row by row: the others went on without it, and it is tried again later. Almost always empty.
CREATE TABLE set_aside (
    -- The job's name, such as fire_alarms.
    work            text        NOT NULL CHECK (char_length(work) BETWEEN 1 AND 64),
    -- The key of the row, as text.
    item            text        NOT NULL CHECK (char_length(item) BETWEEN 1 AND 200),
    error_code      text        NOT NULL CHECK (char_length(error_code) BETWEEN 1 AND 64),
    attempts        integer     NOT NULL DEFAULT 1 CHECK (attempts > 0),
    first_failed_at timestamptz NOT NULL,
    retry_at        timestamptz NOT NULL,
    PRIMARY KEY (work, item)
);
