-- Lots with a governing date that are on hand, by that date, and at which sites: what a board of what expires is read from. Derived from lots
-- and balances; clew verify compares it.
CREATE TABLE dated_lot (
  governing BIGINT NOT NULL,
  lot       BIGINT NOT NULL,
  site      BIGINT NOT NULL,
  product   BIGINT NOT NULL,
  PRIMARY KEY (governing, lot, site)
) @clustered;
CREATE INDEX dated_lot_lot ON dated_lot (lot);
CREATE INDEX dated_lot_site ON dated_lot (site, governing, lot);
CREATE INDEX dated_lot_product ON dated_lot (product, governing, lot);

INSERT INTO dated_lot (governing, lot, site, product)
  SELECT DISTINCT CASE WHEN l.expiry > 0 THEN l.expiry WHEN l.best_before > 0 THEN l.best_before ELSE l.sell_by END, l.id, b.site, b.product
  FROM balance b JOIN lot l ON l.id = b.lot
  WHERE b.site > 0 AND b.lot > 0 AND b.quantity > 0 AND (l.expiry > 0 OR l.best_before > 0 OR l.sell_by > 0);
