-- The lot that a lot was found to be; 0: it is itself. Its code names that one from then on.
ALTER TABLE lot ADD COLUMN same_as BIGINT NOT NULL DEFAULT 0;
CREATE INDEX lot_same ON lot (same_as) WHERE same_as > 0;

-- What corrections did again with other goods: flags has 16. A trace follows these in the place of the items that they are about.
CREATE INDEX item_again ON item (lot, about) WHERE flags >= 16;
