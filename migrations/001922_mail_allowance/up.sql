-- How many mails went to one address within an hour, whoever caused them. The address is a keyed digest.
CREATE TABLE mail_allowance (
    address         bytea       PRIMARY KEY CHECK (octet_length(address) = 32),
    window_began_at timestamptz NOT NULL,
    sent            integer     NOT NULL CHECK (sent >= 0),
    -- Those of them that anybody can cause who knows the address.
    receipts        integer     NOT NULL CHECK (receipts >= 0)
);
-- Forgetting: WHERE window_began_at < $1.
CREATE INDEX mail_allowance_age ON mail_allowance (window_began_at);
