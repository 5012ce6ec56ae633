-- The log as a Merkle tree over the leaves of the entries, in the order of their ids.

-- One row, from the first sealing on: how many entries are sealed, the unfinished tiles at the right edge of the tree, and the newest checkpoint,
-- which may be of fewer entries where no key was at hand.
CREATE TABLE sealed (
  id        @id,
  size      BIGINT NOT NULL,
  edge      @blob  NOT NULL,
  sealed_at BIGINT NOT NULL,
  signed    BIGINT NOT NULL,
  signed_at BIGINT NOT NULL,
  note      TEXT   NOT NULL
);

-- Finished tiles of 256 hashes: id is the number of the tile in its level, times 8, and the level.
CREATE TABLE sealed_tile (
  id     @id,
  hashes @blob NOT NULL
);

-- Public keys that sign checkpoints: the first one as entry 0, others by the entry from which on they sign.
CREATE TABLE log_key (
  entry   @id,
  key     TEXT   NOT NULL,
  made_at BIGINT NOT NULL
);

-- Checkpoints that are kept: about one an hour in which there were entries.
CREATE TABLE checkpoint (
  size      @id,
  signed_at BIGINT NOT NULL,
  note      TEXT   NOT NULL
);

-- Where checkpoints are sent, and how that goes. These rows are no entries and may be changed.
CREATE TABLE checkpoint_push (
  name       TEXT @text_key NOT NULL UNIQUE,
  turn       BIGINT NOT NULL,
  kind       TEXT   NOT NULL,
  target     TEXT   NOT NULL,
  secret     TEXT   NOT NULL,
  every      BIGINT NOT NULL,
  paused     BIGINT NOT NULL,
  sent       BIGINT NOT NULL,
  sent_at    BIGINT NOT NULL,
  since      BIGINT NOT NULL,
  error      TEXT   NOT NULL,
  tries      BIGINT NOT NULL,
  next_try   BIGINT NOT NULL,
  made_by    TEXT   NOT NULL,
  made_at    BIGINT NOT NULL,
  changed_by TEXT   NOT NULL,
  changed_at BIGINT NOT NULL
);

-- What an erasure erased: texts of earlier entries, of which only the salted hash is left.
CREATE TABLE erasure (
  entry BIGINT NOT NULL,
  line  BIGINT NOT NULL,
  text_entry BIGINT NOT NULL,
  text_line  BIGINT NOT NULL,
  PRIMARY KEY (entry, line)
) @clustered;
CREATE INDEX erasure_of ON erasure (text_entry, text_line);

@append_only sealed_tile, log_key, checkpoint, erasure;
