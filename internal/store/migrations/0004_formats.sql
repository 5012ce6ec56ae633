-- Formats of lot codes and serial numbers, as they stand; their history is in the entries' leaves.
CREATE TABLE format (
  id      @id,
  entry   BIGINT NOT NULL,
  code    TEXT @text_key NOT NULL UNIQUE,
  name    TEXT   NOT NULL,
  pattern TEXT   NOT NULL,
  restart BIGINT NOT NULL,
  per     BIGINT NOT NULL,
  start   BIGINT NOT NULL,
  base    BIGINT NOT NULL,
  free    BIGINT NOT NULL,
  active  BIGINT NOT NULL
);

-- Current state: the next number of each counter. A format has one for each period, and for each site, supplier or product it counts apart.
CREATE TABLE format_counter (
  format   BIGINT NOT NULL,
  period   BIGINT NOT NULL,
  site     BIGINT NOT NULL,
  supplier BIGINT NOT NULL,
  product  BIGINT NOT NULL,
  next     BIGINT NOT NULL,
  PRIMARY KEY (format, period, site, supplier, product)
) @clustered;

-- What entries took from counters: the numbers from first up to, without, next, of which count were free for the product drawn_for.
CREATE TABLE drawn (
  entry     BIGINT NOT NULL,
  line      BIGINT NOT NULL,
  format    BIGINT NOT NULL,
  period    BIGINT NOT NULL,
  site      BIGINT NOT NULL,
  supplier  BIGINT NOT NULL,
  product   BIGINT NOT NULL,
  drawn_for BIGINT NOT NULL,
  first     BIGINT NOT NULL,
  next      BIGINT NOT NULL,
  count     BIGINT NOT NULL,
  PRIMARY KEY (entry, line)
) @clustered;

-- Numbers drawn ahead, for labels. They are the product's for good, whether goods ever carry them or not.
CREATE TABLE drawn_number (
  entry   BIGINT NOT NULL,
  line    BIGINT NOT NULL,
  product BIGINT NOT NULL,
  code    TEXT @text_key NOT NULL,
  PRIMARY KEY (entry, line)
) @clustered;
CREATE UNIQUE INDEX drawn_number_code ON drawn_number (code, product);

ALTER TABLE product ADD COLUMN lot_format BIGINT NOT NULL DEFAULT 0;
ALTER TABLE product ADD COLUMN serial_format BIGINT NOT NULL DEFAULT 0;

@append_only drawn, drawn_number;
