DROP TABLE account_event;
DROP TABLE account_request;
