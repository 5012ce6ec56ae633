-- When an item took effect, if not with its entry: what a correction takes back and does again took effect with what it puts right.
ALTER TABLE item ADD COLUMN effective_at BIGINT;
CREATE INDEX item_effective ON item (effective_at) WHERE effective_at > 0;

-- What took effect after a day is found by the day.
CREATE INDEX entry_occurred ON entry (occurred_at);

-- What came to a location, less what left it, by the span of time in which it took effect, so that stock as at a day is today's less
-- the spans since. A span is 2147483648 ms, near 25 days; they are counted from 4398046511104 ms before 1970. Derived; clew verify recomputes it.
CREATE TABLE balance_change (
  span     BIGINT NOT NULL,
  product  BIGINT NOT NULL,
  lot      BIGINT NOT NULL,
  place    BIGINT NOT NULL,
  site     BIGINT NOT NULL,
  quantity BIGINT NOT NULL,
  second   BIGINT NOT NULL,
  PRIMARY KEY (span, product, lot, place)
) @clustered;
INSERT INTO balance_change (span, product, lot, place, site, quantity, second)
  SELECT (e.occurred_at + 4398046511104) / 2147483648, i.product, i.lot, p.id, p.site,
    CAST(SUM(CASE WHEN p.id = i.to_place THEN i.quantity ELSE -i.quantity END) AS BIGINT),
    CAST(SUM(CASE WHEN p.id = i.to_place THEN COALESCE(i.second, 0) ELSE -COALESCE(i.second, 0) END) AS BIGINT)
  FROM item i JOIN entry e ON e.id = i.entry JOIN place p ON p.id = i.to_place OR p.id = i.from_place WHERE p.kind = 0
  GROUP BY (e.occurred_at + 4398046511104) / 2147483648, i.product, i.lot, p.id, p.site;

-- What products cost at a day is in the entries that changed them.
CREATE INDEX entry_product ON entry (id) WHERE kind = 1;
