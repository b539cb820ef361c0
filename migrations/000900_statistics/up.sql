-- Figures, kept up from the facts that commands leave in the outbox. Facts come in any order and only add up, so a
-- count may stand below zero for a moment.

-- What happened on a day. A received ticket counts on the day it came in, for the department that has it now.
CREATE TABLE statistics_daily (
    on_day date NOT NULL,
    kind text NOT NULL CHECK (kind IN ('mayor_letter', 'inquiry', 'complaint', 'suggestion', 'error_report', 'information_request')),
    category_id integer NOT NULL REFERENCES category (id),
    -- NULL: no department has it.
    department_id integer REFERENCES department (id),
    measure text NOT NULL CHECK (measure IN ('received', 'answered', 'on_time', 'late', 'closed_otherwise', 'reopened')),
    -- For answers: working days from receipt, the last bucket taking all that took longer. 0 for everything else.
    bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 250 AND (bucket = 0 OR measure = 'answered')),
    count bigint NOT NULL
);
-- Adding to a cell, and the days from one to another.
CREATE UNIQUE INDEX statistics_daily_cell ON statistics_daily (on_day, kind, category_id, department_id, measure, bucket)
    NULLS NOT DISTINCT;

-- What is open now. A running total, so that no question costs the whole history.
CREATE TABLE statistics_open (
    kind text NOT NULL CHECK (kind IN ('mayor_letter', 'inquiry', 'complaint', 'suggestion', 'error_report', 'information_request')),
    category_id integer NOT NULL REFERENCES category (id),
    -- NULL: no department has it.
    department_id integer REFERENCES department (id),
    count bigint NOT NULL
);
-- Adding to a cell.
CREATE UNIQUE INDEX statistics_open_cell ON statistics_open (kind, category_id, department_id) NULLS NOT DISTINCT;

-- Moves with every batch of facts, so that a reader knows whether anything is new. Its lock keeps two instances from
-- adding to the same cells in opposite order.
CREATE TABLE statistics_version (
    is_the_only_row boolean PRIMARY KEY DEFAULT true CHECK (is_the_only_row),
    value bigint NOT NULL
);
INSERT INTO statistics_version (value) VALUES (0);
