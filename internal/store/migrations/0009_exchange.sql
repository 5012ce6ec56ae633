-- What runs beside the ledger: files of a watched folder. These rows are no entries and say nothing about goods: they are
-- what an operator looks at, and may be changed.
CREATE TABLE watched (
  id        @id,
  name      TEXT @text_key NOT NULL,
  hash      TEXT   NOT NULL,
  kind      TEXT   NOT NULL,
  state     TEXT   NOT NULL,
  lines     BIGINT NOT NULL,
  recorded  BIGINT NOT NULL,
  already   BIGINT NOT NULL,
  kept      BIGINT NOT NULL,
  refused   BIGINT NOT NULL,
  error     TEXT   NOT NULL,
  tries     BIGINT NOT NULL,
  next_try  BIGINT NOT NULL,
  lies      TEXT   NOT NULL,
  seen_at   BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  UNIQUE (name, hash)
);

CREATE INDEX watched_hash ON watched (hash, kind);
CREATE INDEX watched_state ON watched (state, next_try);
