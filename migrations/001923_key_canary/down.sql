DROP TABLE key_canary;
