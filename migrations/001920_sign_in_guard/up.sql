-- Wrong passwords and codes are counted by what was tried and from where, so that nobody's wrong ones keep the right one
-- of somebody else out. Both keys are keyed digests: the table tells neither names nor addresses.
CREATE TABLE failed_try (
    -- An account, whether or not anybody has its name, or a ticket, whether or not there is one.
    subject   bytea       NOT NULL CHECK (octet_length(subject) = 32),
    -- The network it came from, or the known device.
    source    bytea       NOT NULL CHECK (octet_length(source) = 32),
    failures  integer     NOT NULL CHECK (failures > 0),
    failed_at timestamptz NOT NULL,
    PRIMARY KEY (subject, source)
);
-- Forgetting: WHERE failed_at < $1.
CREATE INDEX failed_try_age ON failed_try (failed_at);

-- Wrong passwords of strangers for one account within a few minutes, whether or not anybody has its name; its owner is told
-- of many.
CREATE TABLE sign_in_storm (
    account  bytea       PRIMARY KEY CHECK (octet_length(account) = 32),
    began_at timestamptz NOT NULL,
    failures integer     NOT NULL CHECK (failures > 0),
    told_at  timestamptz
);
-- Forgetting: WHERE began_at < $1.
CREATE INDEX sign_in_storm_age ON sign_in_storm (began_at);

ALTER TABLE staff
    DROP COLUMN failed_logins,
    DROP COLUMN locked_until,
    -- Devices that signed in before are no longer known; null: all that ever did are.
    ADD COLUMN known_devices_since timestamptz;
