ALTER TABLE publication_change DROP COLUMN mark;
