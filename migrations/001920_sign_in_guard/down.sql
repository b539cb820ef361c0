ALTER TABLE staff
    DROP COLUMN known_devices_since,
    ADD COLUMN failed_logins integer NOT NULL DEFAULT 0 CHECK (failed_logins >= 0),
    ADD COLUMN locked_until timestamptz;
DROP TABLE sign_in_storm;
DROP TABLE failed_try;
