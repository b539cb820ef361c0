-- Why the letters of an import wait for an editor, by reason.
ALTER TABLE import_run ADD COLUMN held_back_for jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(held_back_for) = 'object');
ALTER TABLE import_run ALTER COLUMN held_back_for DROP DEFAULT;
