-- Districts are changed like departments and categories: each change counted, switched off and never deleted.
ALTER TABLE district
    -- False takes no new letters.
    ADD COLUMN is_active boolean NOT NULL DEFAULT true,
    ADD COLUMN version integer NOT NULL DEFAULT 1;
CREATE TRIGGER district_never_deleted BEFORE DELETE ON district
    FOR EACH ROW EXECUTE FUNCTION refuse_directory_deletion();
