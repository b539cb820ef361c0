DROP TABLE rules_change;
DROP TABLE rules_in_force;
DROP TABLE rules_version;
DROP FUNCTION bump_rules_change();
