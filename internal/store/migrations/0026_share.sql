-- What servers share that work on one database. On SQLite, where one server has the ledger to itself, these tables stay empty: what runs
-- beside the ledger runs at once, and files lie in folders beside the database.

-- Work of which one server at a time does a kind, until a time of the database's clock. The turn goes up whenever it is taken.
CREATE TABLE lease (
  name   TEXT @text_key NOT NULL UNIQUE,
  holder TEXT   NOT NULL,
  until  BIGINT NOT NULL,
  turn   BIGINT NOT NULL
);

-- Files: what is attached, under files/ and its hash, and what imports work on, under imports/. A loose one is not known to be needed.
CREATE TABLE kept_file (
  id      @id,
  name    TEXT @text_key NOT NULL UNIQUE,
  size    BIGINT NOT NULL,
  kept_at BIGINT NOT NULL,
  loose   BIGINT NOT NULL
);
CREATE INDEX kept_file_loose ON kept_file (kept_at) WHERE loose > 0;

CREATE TABLE kept_piece (
  file  BIGINT NOT NULL,
  piece BIGINT NOT NULL,
  bytes @blob  NOT NULL,
  PRIMARY KEY (file, piece)
);
