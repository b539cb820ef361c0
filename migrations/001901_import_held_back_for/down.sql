ALTER TABLE import_run DROP COLUMN held_back_for;
