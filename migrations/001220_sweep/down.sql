DROP TABLE sweep_canary, sweep_action, sweep_state;
