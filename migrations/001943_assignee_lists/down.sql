DROP INDEX work_order_assignee_open;
