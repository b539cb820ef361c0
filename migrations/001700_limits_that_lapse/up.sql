-- What a citizen or a third party may do within a time, and the time in which a department may hand a work order back, lapse
-- when they are over: nothing was broken (domain.md, invariant 4a). Until now the end of such a limit was written down as a
-- breach. Figures never counted one of them (they count promises to citizens), so that they stay as they are; the events
-- stay, too, because histories are append-only and chained. What is derived from them is put right here.
UPDATE clock SET breached_at = NULL
    WHERE breached_at IS NOT NULL AND metric IN ('refuse', 'clarification', 'rating', 'third_party');
ALTER TABLE clock ADD CONSTRAINT clock_lapses_unbroken
    CHECK (breached_at IS NULL OR metric NOT IN ('refuse', 'clarification', 'rating', 'third_party'));
