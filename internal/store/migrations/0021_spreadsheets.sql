-- What is known of spreadsheets that come in, beside the ledger as watched files and feeds are: what the columns of a header mean,
-- remembered under a code that is made of the header's names; and files that are imported while nobody waits.
CREATE TABLE mapping (
  code      TEXT @text_key NOT NULL UNIQUE,
  kind      TEXT   NOT NULL,
  names     TEXT   NOT NULL,
  said      TEXT   NOT NULL,
  made_by   TEXT   NOT NULL,
  made_at   BIGINT NOT NULL,
  uses      BIGINT NOT NULL,
  used_at   BIGINT NOT NULL
);

CREATE INDEX mapping_kind ON mapping (kind, code);

CREATE TABLE import_job (
  id         @id,
  client_key TEXT @text_key NOT NULL,
  kind       TEXT   NOT NULL,
  hash       TEXT   NOT NULL,
  size       BIGINT NOT NULL,
  options    TEXT   NOT NULL,
  actor      TEXT   NOT NULL,
  device     TEXT   NOT NULL,
  state      TEXT   NOT NULL,
  tries      BIGINT NOT NULL,
  next_try   BIGINT NOT NULL,
  report     TEXT   NOT NULL,
  code       TEXT   NOT NULL,
  error      TEXT   NOT NULL,
  made_at    BIGINT NOT NULL,
  started_at BIGINT NOT NULL,
  ended_at   BIGINT NOT NULL,
  changed_at BIGINT NOT NULL
);

CREATE INDEX import_job_key ON import_job (client_key);
CREATE INDEX import_job_state ON import_job (state, next_try);
