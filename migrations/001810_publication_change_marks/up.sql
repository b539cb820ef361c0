-- A search index remembers up to which change it contains the log. After a restore from a backup the log goes on from an
-- earlier change, and the same numbers are given again to other changes. The mark tells them apart: who has seen a number
-- with another mark has seen another history, and begins anew.
ALTER TABLE publication_change ADD COLUMN mark uuid NOT NULL DEFAULT gen_random_uuid();
