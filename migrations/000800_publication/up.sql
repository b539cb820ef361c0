-- Publications: the redacted, reviewed, public form of answered tickets, in revisions; and all that the public may read.
-- Lock order: publication, public_number_year, the advisory lock of the change log.

-- The next public number of each year.
CREATE TABLE public_number_year (
    year smallint PRIMARY KEY,
    next_number integer NOT NULL CHECK (next_number > 0)
);

CREATE TABLE publication (
    id uuid PRIMARY KEY,
    ticket_id uuid NOT NULL CONSTRAINT publication_ticket_unique UNIQUE REFERENCES ticket (id),
    -- The ticket's reference, for staff only.
    reference text NOT NULL,
    public_no text NOT NULL CONSTRAINT publication_public_no_unique UNIQUE,
    kind text NOT NULL CHECK (kind IN ('mayor_letter', 'inquiry', 'complaint', 'suggestion', 'error_report', 'information_request')),
    category_id integer NOT NULL REFERENCES category (id),
    department_id integer REFERENCES department (id),
    received_on date NOT NULL,
    answered_on date NOT NULL,
    -- Where the newest revision stands.
    status text NOT NULL CHECK (status IN ('proposed', 'redacting', 'in_review', 'published', 'withdrawn')),
    -- The newest revision, and the one the public sees.
    revision integer NOT NULL CHECK (revision >= 1),
    published_revision integer CHECK (published_revision <= revision),
    submitter_refused boolean NOT NULL DEFAULT false,
    withdrawal_reason text CHECK (char_length(withdrawal_reason) BETWEEN 1 AND 500),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT publication_published_is_newest
        CHECK ((status = 'published') = (published_revision IS NOT DISTINCT FROM revision)),
    CONSTRAINT publication_withdrawn_shows_nothing CHECK (status <> 'withdrawn' OR published_revision IS NULL),
    CONSTRAINT publication_withdrawn_says_why CHECK ((status = 'withdrawn') = (withdrawal_reason IS NOT NULL)),
    -- Invariant 7: never against the submitter's will.
    CONSTRAINT publication_not_refused CHECK (NOT (submitter_refused AND published_revision IS NOT NULL)),
    -- What published_entry refers to.
    CONSTRAINT publication_shown_unique UNIQUE (id, published_revision)
);
-- The editors' list everywhere: WHERE status = $1 AND id > $2 ORDER BY id.
CREATE INDEX publication_status ON publication (status, id);
-- The same in some departments: WHERE department_id = ANY ($1) AND status = $2 AND id > $3 ORDER BY id.
CREATE INDEX publication_department ON publication (department_id, status, id);

CREATE TABLE publication_revision (
    publication_id uuid NOT NULL REFERENCES publication (id) DEFERRABLE INITIALLY DEFERRED,
    number integer NOT NULL CHECK (number >= 1),
    -- 'import': published as it came, because nothing was found in it; the first hand laid on it makes it 'staff'.
    origin text NOT NULL CHECK (origin IN ('staff', 'import')),
    status text NOT NULL CHECK (status IN ('redacting', 'in_review', 'published', 'superseded', 'withdrawn')),
    title text NOT NULL CHECK (char_length(title) BETWEEN 1 AND 1000),
    question text NOT NULL CHECK (char_length(question) BETWEEN 1 AND 40000),
    answer text NOT NULL CHECK (char_length(answer) BETWEEN 1 AND 40000),
    -- SHA-256 of the answer as it was sent, to see whether a newer one came.
    answer_digest bytea NOT NULL CHECK (octet_length(answer_digest) = 32),
    -- Everybody who worked on the text, the last one last.
    editor_ids uuid[] NOT NULL DEFAULT '{}',
    reviewer_id uuid REFERENCES staff (id),
    return_reason text CHECK (char_length(return_reason) BETWEEN 1 AND 500),
    -- Each text is preceded by its length, so that no two different revisions look the same.
    content_digest bytea NOT NULL GENERATED ALWAYS AS (text_digest(
        char_length(title)::text || ':' || title || char_length(question)::text || ':' || question
        || char_length(answer)::text || ':' || answer)) STORED,
    reviewed_digest bytea,
    created_at timestamptz NOT NULL,
    submitted_at timestamptz,
    published_at timestamptz,
    PRIMARY KEY (publication_id, number),
    -- Invariant 6: whoever edited does not review.
    CONSTRAINT publication_revision_editor_is_not_reviewer CHECK (NOT (reviewer_id = ANY (editor_ids))),
    CONSTRAINT publication_revision_import_is_untouched
        CHECK (origin <> 'import' OR (editor_ids = '{}' AND reviewer_id IS NULL)),
    CONSTRAINT publication_revision_reviewed_has_editor
        CHECK (origin = 'import' OR status NOT IN ('in_review', 'published') OR editor_ids <> '{}'),
    -- Invariant 7: what is published is byte for byte what was reviewed.
    CONSTRAINT publication_revision_published_was_reviewed CHECK (status <> 'published' OR origin = 'import'
        OR (reviewer_id IS NOT NULL AND reviewed_digest IS NOT NULL AND reviewed_digest = content_digest)),
    CONSTRAINT publication_revision_published_has_time CHECK (status <> 'published' OR published_at IS NOT NULL)
);

ALTER TABLE publication
    ADD CONSTRAINT publication_revision_exists FOREIGN KEY (id, revision)
        REFERENCES publication_revision (publication_id, number) DEFERRABLE INITIALLY DEFERRED,
    ADD CONSTRAINT publication_published_revision_exists FOREIGN KEY (id, published_revision)
        REFERENCES publication_revision (publication_id, number) DEFERRABLE INITIALLY DEFERRED;

-- A place in a revision that may hold personal data; somebody decides on each. Places are counted in characters.
CREATE TABLE redaction_finding (
    id uuid PRIMARY KEY,
    publication_id uuid NOT NULL,
    revision integer NOT NULL,
    field text NOT NULL CHECK (field IN ('title', 'question', 'answer')),
    start_char integer NOT NULL CHECK (start_char >= 0),
    end_char integer NOT NULL,
    kind text NOT NULL,
    status text NOT NULL CHECK (status IN ('open', 'masked', 'kept')),
    reason text CHECK (char_length(reason) BETWEEN 1 AND 500),
    resolved_by uuid REFERENCES staff (id),
    resolved_at timestamptz,
    CONSTRAINT redaction_finding_revision_exists FOREIGN KEY (publication_id, revision)
        REFERENCES publication_revision (publication_id, number) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT redaction_finding_is_a_place CHECK (end_char > start_char),
    CONSTRAINT redaction_finding_resolution_is_whole
        CHECK ((status = 'open') = (resolved_at IS NULL) AND (status = 'open') = (resolved_by IS NULL)),
    CONSTRAINT redaction_finding_kept_says_why CHECK ((status = 'kept') = (reason IS NOT NULL))
);
-- A revision's findings in the order of the text.
CREATE INDEX redaction_finding_revision ON redaction_finding (publication_id, revision, field, start_char);

-- Invariant 7 where it cannot be forgotten: nothing is published with an open finding, nothing straight from an import
-- with any finding, and a revision that has been shown does not change.
CREATE FUNCTION guard_publication_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.status IN ('published', 'superseded', 'withdrawn')
        AND (NEW.title, NEW.question, NEW.answer) IS DISTINCT FROM (OLD.title, OLD.question, OLD.answer) THEN
        RAISE EXCEPTION 'a finished revision does not change'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'publication_revision_is_finished';
    END IF;
    IF NEW.status = 'published' AND EXISTS (
        SELECT FROM redaction_finding AS finding
        WHERE finding.publication_id = NEW.publication_id AND finding.revision = NEW.number
            AND (finding.status = 'open' OR NEW.origin = 'import')) THEN
        RAISE EXCEPTION 'a finding is open'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'publication_revision_has_no_open_finding';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER publication_revision_is_guarded BEFORE INSERT OR UPDATE ON publication_revision
    FOR EACH ROW EXECUTE FUNCTION guard_publication_revision();

CREATE FUNCTION guard_redaction_finding() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM publication_revision AS revision
        WHERE revision.publication_id = NEW.publication_id AND revision.number = NEW.revision
            AND revision.status = 'published') THEN
        RAISE EXCEPTION 'a published revision has no new findings'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'redaction_finding_is_settled';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER redaction_finding_is_guarded BEFORE INSERT OR UPDATE ON redaction_finding
    FOR EACH ROW EXECUTE FUNCTION guard_redaction_finding();

-- The public projection: the only table that public reads, feeds, search and exports are built from.
CREATE TABLE published_entry (
    public_no text PRIMARY KEY,
    publication_id uuid NOT NULL,
    revision integer NOT NULL,
    kind text NOT NULL,
    -- Codes from the root to the leaf, and the leaf's names, as they were when it was published.
    category_path text[] NOT NULL,
    category_name text NOT NULL,
    category_name_en text NOT NULL,
    department_path text[] NOT NULL,
    department_name text,
    department_name_en text,
    title text NOT NULL,
    question text NOT NULL,
    answer text NOT NULL,
    received_on date NOT NULL,
    answered_on date NOT NULL,
    published_at timestamptz NOT NULL,
    -- The position of its last change in publication_change.
    change_no bigint NOT NULL,
    -- A publication that no longer shows this revision takes its entry with it, or the transaction fails.
    CONSTRAINT published_entry_is_shown FOREIGN KEY (publication_id, revision)
        REFERENCES publication (id, published_revision) DEFERRABLE INITIALLY DEFERRED
);
-- One entry a publication; also what the foreign key looks up when a publication changes.
CREATE UNIQUE INDEX published_entry_publication ON published_entry (publication_id);
-- Browsing, newest answer first: WHERE (answered_on, public_no) < ($1, $2) ORDER BY answered_on DESC, public_no DESC.
CREATE INDEX published_entry_newest ON published_entry (answered_on DESC, public_no DESC);
-- The same for one kind.
CREATE INDEX published_entry_kind ON published_entry (kind, answered_on DESC, public_no DESC);
-- A category with those below it: WHERE category_path @> ARRAY[$1].
CREATE INDEX published_entry_category ON published_entry USING gin (category_path);
-- A department with those below it: WHERE department_path @> ARRAY[$1].
CREATE INDEX published_entry_department ON published_entry USING gin (department_path);
-- Filling a search index anew, in the order of changes: WHERE change_no > $1 ORDER BY change_no.
CREATE UNIQUE INDEX published_entry_change ON published_entry (change_no);

-- An entry shows exactly the texts of a published revision.
CREATE FUNCTION guard_published_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM publication
        JOIN publication_revision AS revision
            ON revision.publication_id = publication.id AND revision.number = publication.published_revision
        WHERE publication.id = NEW.publication_id AND publication.public_no = NEW.public_no
            AND revision.number = NEW.revision AND revision.status = 'published'
            AND (revision.title, revision.question, revision.answer) = (NEW.title, NEW.question, NEW.answer)) THEN
        RAISE EXCEPTION 'only a published revision is shown'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'published_entry_shows_published_revision';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER published_entry_is_guarded BEFORE INSERT OR UPDATE ON published_entry
    FOR EACH ROW EXECUTE FUNCTION guard_published_entry();

-- What happened to the public projection, numbered without gaps in the order of commits: numbers are given under one
-- advisory lock that is held until the end of the transaction, so a reader who has seen number n has seen all below n.
-- Each instance's search index follows it by position.
CREATE TABLE publication_change (
    change_no bigint PRIMARY KEY CHECK (change_no >= 1),
    public_no text NOT NULL,
    op text NOT NULL CHECK (op IN ('upsert', 'delete'))
);
