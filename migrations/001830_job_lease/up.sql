-- The right to do a job that is due once is a lease, as it is for a message; and what it is due at is an instant.
ALTER TABLE job_slot RENAME TO job_lease;
ALTER TABLE job_lease RENAME COLUMN slot TO due_at;
ALTER TABLE job_lease RENAME CONSTRAINT job_slot_pkey TO job_lease_pkey;
ALTER TABLE job_lease RENAME CONSTRAINT job_slot_job_check TO job_lease_job_check;
