-- The dates of the lot are the earliest that they can be, not read from the goods.
ALTER TABLE lot ADD COLUMN cautious BIGINT NOT NULL DEFAULT 0;
