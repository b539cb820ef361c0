DROP TABLE routing_rule;
DROP TABLE routing_version;
DROP FUNCTION bump_routing_version();
