-- The working-day calendars and the promised time limits as versioned data.
-- Small tables that every instance reads whole into memory; their primary keys are all the indexes they need.

-- Every version there ever was. A clock names the versions it was computed from, so none is ever changed or deleted.
CREATE TABLE rules_version (
    kind text NOT NULL CHECK (kind IN ('calendar', 'time_limits')),
    code text NOT NULL CONSTRAINT rules_version_code_form CHECK (code ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(code) <= 64),
    version integer NOT NULL CHECK (version >= 1),
    -- In the project's own TOML form, as rules/calendar and rules/time_limits parse it.
    document text NOT NULL,
    -- SHA-256 of the document.
    digest bytea NOT NULL GENERATED ALWAYS AS (text_digest(document)) STORED,
    -- What it was made from: the title of a notice, or of a decision.
    source_title text CHECK (char_length(source_title) BETWEEN 1 AND 200),
    -- The last day that the notices of a calendar cover.
    last_official_on date,
    -- Null: the program itself, or its command line.
    created_by uuid REFERENCES staff (id),
    created_at timestamptz NOT NULL,
    PRIMARY KEY (kind, code, version),
    CONSTRAINT rules_version_calendar_has_an_end CHECK ((kind = 'calendar') = (last_official_on IS NOT NULL))
);
CREATE TRIGGER rules_version_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON rules_version
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The version that new clocks are started under.
CREATE TABLE rules_in_force (
    kind text NOT NULL,
    code text NOT NULL,
    version integer NOT NULL,
    since timestamptz NOT NULL,
    PRIMARY KEY (kind, code),
    CONSTRAINT rules_in_force_exist FOREIGN KEY (kind, code, version) REFERENCES rules_version (kind, code, version)
);
-- The first version of a code is in force from the start. Nothing puts another one into its place by itself.
CREATE TRIGGER rules_in_force_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON rules_in_force
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- One row that grows with every change, so that an instance learns with one cheap read whether to load again; writers
-- lock it first.
CREATE TABLE rules_change (
    is_the_only_row boolean PRIMARY KEY DEFAULT true CHECK (is_the_only_row),
    value bigint NOT NULL
);
INSERT INTO rules_change (value) VALUES (1);

CREATE FUNCTION bump_rules_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE rules_change SET value = value + 1;
    RETURN NULL;
END
$$;
CREATE TRIGGER rules_version_added AFTER INSERT ON rules_version
    FOR EACH ROW EXECUTE FUNCTION bump_rules_change();
CREATE TRIGGER rules_in_force_changed AFTER INSERT OR UPDATE ON rules_in_force
    FOR EACH ROW EXECUTE FUNCTION bump_rules_change();
