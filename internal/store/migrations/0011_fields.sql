-- Extra fields that records carry. Their history is in the entries' leaves, as that of other master data.
CREATE TABLE field (
  id         @id,
  entry      BIGINT NOT NULL,
  code       TEXT @text_key NOT NULL UNIQUE,
  label      TEXT   NOT NULL,
  type       BIGINT NOT NULL, -- 0 text, 1 number, 2 date, 3 partner, 4 location, 5 choice
  carried_by BIGINT NOT NULL, -- 0 movements, 1 lots, 2 products, 3 partners
  choices    TEXT   NOT NULL, -- with | between
  kinds      BIGINT NOT NULL, -- movement kinds that ask for it, a bit each
  groups     TEXT   NOT NULL, -- ids of product groups that ask for it, with commas between
  max_length BIGINT NOT NULL,
  active     BIGINT NOT NULL
);

-- What entries gave to fields: of a lot, product or partner the newest row holds, an empty value takes the former away.
CREATE TABLE detail (
  entry BIGINT NOT NULL,
  line  BIGINT NOT NULL,
  field BIGINT NOT NULL,
  kind  BIGINT NOT NULL, -- as carried_by
  owner BIGINT NOT NULL, -- 0 for the movement itself
  value TEXT @text_key NOT NULL,
  PRIMARY KEY (entry, line)
) @clustered;
CREATE INDEX detail_value ON detail (field, value, entry);
CREATE INDEX detail_owner ON detail (owner, kind, field, entry) WHERE owner > 0;

@append_only detail;

-- The entry that last changed a field: the writer reads the fields again only when it is another.
ALTER TABLE ledger_head ADD COLUMN fields BIGINT NOT NULL DEFAULT 0;
