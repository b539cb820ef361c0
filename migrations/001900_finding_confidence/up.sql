-- How sure a finding is: a number with a wrong check digit is found all the same, and doubtful.
ALTER TABLE redaction_finding ADD COLUMN confidence text NOT NULL DEFAULT 'high' CHECK (confidence IN ('high', 'low'));
ALTER TABLE redaction_finding ALTER COLUMN confidence DROP DEFAULT;
