-- Whom to call about goods of which others see only that they are known at a private site.
ALTER TABLE site ADD COLUMN contact TEXT NOT NULL DEFAULT '';
