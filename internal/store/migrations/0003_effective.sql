-- When an item took effect, if not with its entry: what a correction takes back and does again took effect with what it puts right.
ALTER TABLE item ADD COLUMN effective_at BIGINT;
CREATE INDEX item_effective ON item (effective_at) WHERE effective_at > 0;

-- What took effect after a day is found by the day.
CREATE INDEX entry_occurred ON entry (occurred_at);
