-- Spans of 2097152 ms, 35 minutes, instead of nine hours: stock as at a day adds the items of a part of a span to what was there when the
-- span began, so a busy site paid for up to nine hours of items. The rows are derived from the entries and made again.
DELETE FROM balance_past;
INSERT INTO balance_past (product, lot, place, span, quantity, second)
  SELECT c.product, c.lot, c.place, c.span, CAST(SUM(c.quantity) OVER w AS BIGINT), CAST(SUM(c.second) OVER w AS BIGINT)
  FROM (SELECT i.product, i.lot, p.id AS place, (COALESCE(i.effective_at, e.occurred_at) + 4398046511104) / 2097152 AS span,
      CAST(SUM(CASE WHEN p.id = i.to_place THEN i.quantity ELSE -i.quantity END) AS BIGINT) AS quantity,
      CAST(SUM(CASE WHEN p.id = i.to_place THEN COALESCE(i.second, 0) ELSE -COALESCE(i.second, 0) END) AS BIGINT) AS second
    FROM item i JOIN entry e ON e.id = i.entry JOIN place p ON p.id IN (i.from_place, i.to_place)
    GROUP BY i.product, i.lot, p.id, (COALESCE(i.effective_at, e.occurred_at) + 4398046511104) / 2097152) c
  WINDOW w AS (PARTITION BY c.product, c.lot, c.place ORDER BY c.span);

DELETE FROM balance_life;
INSERT INTO balance_life (product, lot, place, site, first_span, last_span)
  SELECT c.product, c.lot, c.place, CASE WHEN p.kind = 0 THEN p.site ELSE 0 END, MIN(c.span), CASE WHEN b.product IS NULL THEN MAX(c.span) ELSE 9007199254740992 END
  FROM balance_past c JOIN place p ON p.id = c.place LEFT JOIN balance b ON b.product = c.product AND b.lot = c.lot AND b.place = c.place
  GROUP BY c.product, c.lot, c.place, p.kind, p.site, b.product;
