DROP TABLE supervision_order;
