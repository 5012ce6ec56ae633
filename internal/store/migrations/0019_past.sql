-- What balances were at the end of each span of time in which they changed: stock as at a day is the last of these rows before it, and
-- the items since. A span is 33554432 ms, a little over nine hours; they are counted from 4398046511104 ms before 1970. Derived, as
-- balance is; clew verify recomputes it. It takes the place of the sums by longer spans, which had to be added up from today backwards.
DROP TABLE balance_change;
CREATE TABLE balance_past (
  product  BIGINT NOT NULL,
  lot      BIGINT NOT NULL,
  place    BIGINT NOT NULL,
  span     BIGINT NOT NULL,
  quantity BIGINT NOT NULL,
  second   BIGINT NOT NULL,
  PRIMARY KEY (product, lot, place, span)
) @clustered;
INSERT INTO balance_past (product, lot, place, span, quantity, second)
  SELECT c.product, c.lot, c.place, c.span, CAST(SUM(c.quantity) OVER w AS BIGINT), CAST(SUM(c.second) OVER w AS BIGINT)
  FROM (SELECT i.product, i.lot, p.id AS place, (COALESCE(i.effective_at, e.occurred_at) + 4398046511104) / 33554432 AS span,
      CAST(SUM(CASE WHEN p.id = i.to_place THEN i.quantity ELSE -i.quantity END) AS BIGINT) AS quantity,
      CAST(SUM(CASE WHEN p.id = i.to_place THEN COALESCE(i.second, 0) ELSE -COALESCE(i.second, 0) END) AS BIGINT) AS second
    FROM item i JOIN entry e ON e.id = i.entry JOIN place p ON p.id IN (i.from_place, i.to_place)
    GROUP BY i.product, i.lot, p.id, (COALESCE(i.effective_at, e.occurred_at) + 4398046511104) / 33554432) c
  WINDOW w AS (PARTITION BY c.product, c.lot, c.place ORDER BY c.span);

-- From which span until which there was something to look for: the first and the last in which a balance changed, the last being
-- 9007199254740992 for those that are not empty today. So what was used up long before a day is passed over.
CREATE TABLE balance_life (
  product    BIGINT NOT NULL,
  lot        BIGINT NOT NULL,
  place      BIGINT NOT NULL,
  site       BIGINT NOT NULL,
  first_span BIGINT NOT NULL,
  last_span  BIGINT NOT NULL,
  PRIMARY KEY (product, lot, place)
) @clustered;
INSERT INTO balance_life (product, lot, place, site, first_span, last_span)
  SELECT c.product, c.lot, c.place, CASE WHEN p.kind = 0 THEN p.site ELSE 0 END, MIN(c.span), CASE WHEN b.product IS NULL THEN MAX(c.span) ELSE 9007199254740992 END
  FROM balance_past c JOIN place p ON p.id = c.place LEFT JOIN balance b ON b.product = c.product AND b.lot = c.lot AND b.place = c.place
  GROUP BY c.product, c.lot, c.place, p.kind, p.site, b.product;
CREATE INDEX balance_life_stock ON balance_life (site, product, lot, place, first_span, last_span) WHERE site > 0;
CREATE INDEX balance_life_on_hand ON balance_life (product, lot, place, site, first_span, last_span) WHERE site > 0;

-- Entries that were recorded late, by more than a quarter of an hour: what was not yet known at a day.
CREATE INDEX entry_late ON entry (id, occurred_at) WHERE recorded_at - occurred_at > 900000;
