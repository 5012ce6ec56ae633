-- Further codes of products, as they stand; their history is in the entries' leaves. key is what a code is found by: of a GTIN its 14 digits.
CREATE TABLE barcode (
  id      @id,
  entry   BIGINT NOT NULL,
  code    TEXT @text_key NOT NULL,
  key     TEXT @text_key NOT NULL,
  product BIGINT NOT NULL,
  level   TEXT   NOT NULL,
  partner BIGINT NOT NULL,
  shared  BIGINT NOT NULL,
  active  BIGINT NOT NULL
);
CREATE UNIQUE INDEX barcode_key ON barcode (key, product, partner);
CREATE INDEX barcode_product ON barcode (product);
