-- The packaging levels of a product as stock.FormatPackaging writes them; and by which GTINs they are found, which follows from that.
ALTER TABLE product ADD COLUMN packaging TEXT NOT NULL DEFAULT '';
CREATE TABLE packaging_gtin (
  gtin    TEXT @text_key NOT NULL PRIMARY KEY,
  product BIGINT NOT NULL
) @clustered;
CREATE INDEX packaging_gtin_product ON packaging_gtin (product);
CREATE INDEX product_of_group ON product (product_group) WHERE product_group > 0;
