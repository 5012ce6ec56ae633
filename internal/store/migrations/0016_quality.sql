-- What quality asks of a product's goods, or of those of a group. The newest plan counts; one that asks for nothing ends it.
CREATE TABLE quality_plan (
  entry         @id,
  product       BIGINT NOT NULL,
  product_group BIGINT NOT NULL
);
CREATE INDEX quality_plan_product ON quality_plan (product, entry) WHERE product > 0;
CREATE INDEX quality_plan_group ON quality_plan (product_group, entry) WHERE product_group > 0;

-- A file of a kind (name empty), or a measurement within limits.
CREATE TABLE quality_need (
  entry BIGINT NOT NULL,
  line  BIGINT NOT NULL,
  file  BIGINT NOT NULL,
  name  TEXT   NOT NULL,
  unit  TEXT   NOT NULL,
  least BIGINT,
  most  BIGINT,
  PRIMARY KEY (entry, line)
) @clustered;

CREATE TABLE inspection (
  entry @id,
  lot   BIGINT NOT NULL
);
CREATE INDEX inspection_lot ON inspection (lot, entry) WHERE lot > 0;

CREATE TABLE measured (
  entry BIGINT NOT NULL,
  line  BIGINT NOT NULL,
  name  TEXT   NOT NULL,
  value BIGINT NOT NULL,
  PRIMARY KEY (entry, line)
) @clustered;

@append_only quality_plan, quality_need, inspection, measured;
