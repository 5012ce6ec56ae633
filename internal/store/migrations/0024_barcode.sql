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

-- Sorts of labels that are not GS1, with the rules by which they are read.
CREATE TABLE label (
  id      @id,
  entry   BIGINT NOT NULL,
  code    TEXT @text_key NOT NULL UNIQUE,
  name    TEXT   NOT NULL,
  partner BIGINT NOT NULL,
  product BIGINT NOT NULL,
  example TEXT   NOT NULL,
  rule    TEXT   NOT NULL,
  active  BIGINT NOT NULL
);

-- Places and partners are looked up by GLN.
CREATE INDEX place_gln ON place (gln) WHERE gln > '';
CREATE INDEX partner_gln ON partner (gln) WHERE gln > '';
