DROP TRIGGER district_never_deleted ON district;
ALTER TABLE district DROP COLUMN version, DROP COLUMN is_active;
