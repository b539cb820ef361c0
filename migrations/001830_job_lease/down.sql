ALTER TABLE job_lease RENAME CONSTRAINT job_lease_job_check TO job_slot_job_check;
ALTER TABLE job_lease RENAME CONSTRAINT job_lease_pkey TO job_slot_pkey;
ALTER TABLE job_lease RENAME COLUMN due_at TO slot;
ALTER TABLE job_lease RENAME TO job_slot;
