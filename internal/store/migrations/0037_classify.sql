-- How much a product counts among all, as somebody decided: 0 not said, 1 A, 2 B, 3 C.
ALTER TABLE product ADD COLUMN class BIGINT NOT NULL DEFAULT 0;
CREATE INDEX product_class ON product (class, sku) WHERE class > 0;
