-- Putting another version of a calendar or of time limits in force, and moving the promises that run: planned, approved
-- by a second person, carried out in small batches.

CREATE TABLE recalculation (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('calendar', 'time_limits')),
    code text NOT NULL,
    version integer NOT NULL,
    -- What was in force when it was planned; a plan is worth nothing once something else is.
    from_version integer NOT NULL,
    status text NOT NULL CHECK (status IN ('planned', 'approved', 'running', 'done', 'rejected')),
    -- What it would do, counted when it was planned.
    plan jsonb NOT NULL CHECK (jsonb_typeof(plan) = 'object'),
    -- What it did so far.
    progress jsonb NOT NULL CHECK (jsonb_typeof(progress) = 'object'),
    proposed_by uuid NOT NULL REFERENCES staff (id),
    proposed_at timestamptz NOT NULL,
    decided_by uuid REFERENCES staff (id),
    decided_at timestamptz,
    finished_at timestamptz,
    -- How far the present pass over the live clocks has come, when it began, and whether it left any out.
    cursor uuid,
    pass_started_at timestamptz,
    has_skipped boolean NOT NULL DEFAULT false,
    revision integer NOT NULL DEFAULT 1,
    CONSTRAINT recalculation_versions_exist FOREIGN KEY (kind, code, version) REFERENCES rules_version (kind, code, version),
    CONSTRAINT recalculation_from_exists FOREIGN KEY (kind, code, from_version) REFERENCES rules_version (kind, code, version),
    CONSTRAINT recalculation_goes_somewhere CHECK (version <> from_version),
    CONSTRAINT recalculation_takes_two CHECK (proposed_by <> decided_by),
    CONSTRAINT recalculation_decision_is_whole CHECK (
        (status = 'planned') = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL)),
    CONSTRAINT recalculation_end_is_whole CHECK ((status = 'done') = (finished_at IS NOT NULL)),
    CONSTRAINT recalculation_pass_is_whole CHECK (
        (status IN ('approved', 'running')) = (cursor IS NOT NULL) AND (cursor IS NULL) = (pass_started_at IS NULL))
);
-- One at a time moves clocks: SELECT … WHERE status IN ('approved', 'running') FOR UPDATE SKIP LOCKED.
CREATE UNIQUE INDEX recalculation_one_at_work ON recalculation ((true)) WHERE status IN ('approved', 'running');

-- Each clock that a recalculation moved, once; the departments are told of these at the end.
CREATE TABLE recalculation_move (
    recalculation_id uuid NOT NULL REFERENCES recalculation (id),
    clock_id uuid NOT NULL,
    reference text NOT NULL,
    -- Null: the desk.
    department_id integer REFERENCES department (id),
    due_on_before date NOT NULL,
    due_on_after date NOT NULL,
    -- Whether the promise ends later than before; a limit in minutes can move within a day.
    is_later boolean NOT NULL,
    PRIMARY KEY (recalculation_id, clock_id)
);
-- What one department is told: WHERE recalculation_id = $1 GROUP BY department_id, and its first references.
CREATE INDEX recalculation_move_department ON recalculation_move (recalculation_id, department_id, reference);
CREATE TRIGGER recalculation_move_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON recalculation_move
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The clocks that run or wait, in the order of their keys: a recalculation passes over these and over no history.
CREATE INDEX clock_live ON clock (id) WHERE status IN ('running', 'paused');

-- From here on another version comes into force, and only by a recalculation that was just approved.
DROP TRIGGER rules_in_force_stay ON rules_in_force;
CREATE TRIGGER rules_in_force_are_never_deleted BEFORE DELETE OR TRUNCATE ON rules_in_force
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE FUNCTION refuse_rules_without_approval() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM recalculation
        WHERE status = 'approved' AND decided_at = NEW.since AND (kind, code) = (OLD.kind, OLD.code)
            AND (kind, code, version, from_version) = (NEW.kind, NEW.code, NEW.version, OLD.version))
    THEN
        RAISE EXCEPTION 'rules come into force by an approved recalculation only'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'rules_in_force_are_approved';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER rules_in_force_are_approved BEFORE UPDATE ON rules_in_force
    FOR EACH ROW EXECUTE FUNCTION refuse_rules_without_approval();
