-- Feeds that send entries to other systems. As with watched files, these rows are no entries and may be changed.
CREATE TABLE feed (
  name       TEXT @text_key NOT NULL UNIQUE,
  turn       BIGINT NOT NULL,
  url        TEXT   NOT NULL,
  kinds      TEXT   NOT NULL,
  secret     TEXT   NOT NULL,
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
