-- What identity corrections put right, a row for each field: a code, a date as 2026-11-23, or the id of a partner.
CREATE TABLE correction (
  entry  BIGINT NOT NULL,
  line   BIGINT NOT NULL,
  lot    BIGINT NOT NULL,
  unit   BIGINT NOT NULL,
  field  TEXT   NOT NULL,
  before TEXT @text_key NOT NULL,
  after  TEXT @text_key NOT NULL,
  PRIMARY KEY (entry, line)
) @clustered;
CREATE INDEX correction_lot ON correction (lot, entry) WHERE lot > 0;
CREATE INDEX correction_unit ON correction (unit, entry) WHERE unit > 0;

@append_only correction;
