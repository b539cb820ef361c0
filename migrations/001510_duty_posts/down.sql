DELETE FROM duty WHERE post <> 'work';
ALTER TABLE duty DROP COLUMN post;
