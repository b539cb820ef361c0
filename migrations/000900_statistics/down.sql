DROP TABLE statistics_version, statistics_open, statistics_daily;
