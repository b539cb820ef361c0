DROP TRIGGER rules_in_force_are_approved ON rules_in_force;
DROP FUNCTION refuse_rules_without_approval();
DROP TRIGGER rules_in_force_are_never_deleted ON rules_in_force;
CREATE TRIGGER rules_in_force_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON rules_in_force
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
DROP INDEX clock_live;
DROP TABLE recalculation_move;
DROP TABLE recalculation;
