-- Groups of products that are handled alike. Their history is in the entries' leaves, as that of other master data.
CREATE TABLE product_group (
  id        @id,
  entry     BIGINT NOT NULL,
  code      TEXT @text_key NOT NULL UNIQUE,
  name      TEXT   NOT NULL,
  hold_when BIGINT NOT NULL,
  active    BIGINT NOT NULL
);

ALTER TABLE product ADD COLUMN product_group BIGINT NOT NULL DEFAULT 0;
