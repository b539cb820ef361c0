DROP TABLE activation_code;
DROP TABLE spent_refresh_token;
DROP TABLE session;
DROP TABLE staff_grant;
DROP TABLE staff;
