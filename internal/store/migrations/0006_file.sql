-- Files attached to records. What is in them lies beside the database, in files/, under its hash.
CREATE TABLE file (
  entry       @id,
  hash        @blob  NOT NULL,
  size        BIGINT NOT NULL,
  media       TEXT   NOT NULL,
  kind        BIGINT NOT NULL,
  dated       BIGINT NOT NULL,
  valid_until BIGINT NOT NULL,
  product     BIGINT NOT NULL,
  lot         BIGINT NOT NULL,
  unit        BIGINT NOT NULL,
  partner     BIGINT NOT NULL,
  site        BIGINT NOT NULL,
  place       BIGINT NOT NULL
);
CREATE INDEX file_hash ON file (hash);
CREATE INDEX file_product ON file (product, entry) WHERE product > 0;
CREATE INDEX file_lot ON file (lot, entry) WHERE lot > 0;
CREATE INDEX file_unit ON file (unit, entry) WHERE unit > 0;
CREATE INDEX file_partner ON file (partner, entry) WHERE partner > 0;
CREATE INDEX file_site ON file (site, entry) WHERE site > 0;
CREATE INDEX file_place ON file (place, entry) WHERE place > 0;

@append_only file;
