ALTER TABLE redaction_finding DROP COLUMN confidence;
