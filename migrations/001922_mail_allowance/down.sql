DROP TABLE mail_allowance;
