-- Which department a ticket goes to. A small table that is read whole into memory by every instance; its primary key is
-- the only index it needs.

CREATE TABLE routing_rule (
    number integer PRIMARY KEY CHECK (number > 0),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    -- The lower, the earlier it is asked.
    priority integer NOT NULL CONSTRAINT routing_rule_priority_range CHECK (priority BETWEEN 0 AND 10000),
    -- Conditions; null or empty is fulfilled by every ticket.
    category_code text REFERENCES category (code),
    area_code text REFERENCES district (code),
    keywords text[] NOT NULL DEFAULT '{}',
    channel text CHECK (channel IN ('web', 'mobile', 'hotline', 'mail', 'counter', 'open311', 'upstream', 'import')),
    kind text CHECK (kind IN ('mayor_letter', 'inquiry', 'complaint', 'suggestion', 'error_report', 'information_request')),
    -- Where to. Departments are never deleted, so the identifiers in `assists` cannot come to point at nothing.
    department_id integer NOT NULL REFERENCES department (id),
    assists integer[] NOT NULL DEFAULT '{}',
    is_automatic boolean NOT NULL,
    -- Days in the city's zone, both included.
    valid_from date,
    valid_until date,
    origin text NOT NULL CHECK (origin IN ('configured', 'precedent')),
    -- The ticket whose arbitration left it.
    ticket_reference text,
    is_active boolean NOT NULL DEFAULT true,
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT routing_rule_validity_in_order CHECK (valid_from <= valid_until),
    CONSTRAINT routing_rule_precedent_has_ticket CHECK ((origin = 'precedent') = (ticket_reference IS NOT NULL)),
    -- A precedent is looked at by a person, and binds a place in the trees.
    CONSTRAINT routing_rule_precedent_is_confirmed CHECK (origin <> 'precedent' OR (NOT is_automatic AND category_code IS NOT NULL))
);

-- One row that grows with every change, so that an instance learns with one cheap read whether to load again; writers
-- lock it first.
CREATE TABLE routing_version (
    is_the_only_row boolean PRIMARY KEY DEFAULT true CHECK (is_the_only_row),
    value bigint NOT NULL
);
INSERT INTO routing_version (value) VALUES (1);

CREATE FUNCTION bump_routing_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE routing_version SET value = value + 1;
    RETURN NULL;
END
$$;

CREATE TRIGGER routing_rule_changed AFTER INSERT OR UPDATE OR DELETE ON routing_rule
    FOR EACH ROW EXECUTE FUNCTION bump_routing_version();
