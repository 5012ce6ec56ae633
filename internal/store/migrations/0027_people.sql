-- Users, what they may do and by what they are known, as they stand; their history is in the entries' leaves.
CREATE TABLE users (
  id        @id,
  entry     BIGINT NOT NULL,
  name      TEXT @text_key NOT NULL,
  folded    TEXT @text_key NOT NULL UNIQUE,
  full_name TEXT   NOT NULL,
  active    BIGINT NOT NULL
);

CREATE TABLE user_grant (
  id     @id,
  entry  BIGINT NOT NULL,
  holder BIGINT NOT NULL,
  role   TEXT @text_key NOT NULL,
  site   BIGINT NOT NULL,
  active BIGINT NOT NULL,
  UNIQUE (holder, role, site)
);

CREATE TABLE api_key (
  id      @id,
  entry   BIGINT NOT NULL,
  holder  BIGINT NOT NULL,
  code    TEXT @text_key NOT NULL UNIQUE,
  name    TEXT   NOT NULL,
  scopes  TEXT   NOT NULL,
  sites   TEXT   NOT NULL,
  expires BIGINT NOT NULL,
  active  BIGINT NOT NULL
);
CREATE INDEX api_key_holder ON api_key (holder);

CREATE TABLE credential (
  id     @id,
  entry  BIGINT NOT NULL,
  holder BIGINT NOT NULL,
  sort   TEXT @text_key NOT NULL,
  active BIGINT NOT NULL,
  UNIQUE (holder, sort)
);

CREATE TABLE station (
  id     @id,
  entry  BIGINT NOT NULL,
  name   TEXT @text_key NOT NULL UNIQUE,
  site   BIGINT NOT NULL,
  active BIGINT NOT NULL
);

-- From here on: beside the log. What is kept of passwords, keys, PINs, badges and stations' tokens: hashes, but for the secrets of
-- one-time codes, which cannot be checked by a hash. step is the last one-time code that was used; a recovery code that was used is gone.
CREATE TABLE secret (
  about BIGINT NOT NULL,
  line  BIGINT NOT NULL,
  hash  TEXT @text_key NOT NULL UNIQUE,
  step  BIGINT NOT NULL,
  until BIGINT NOT NULL,
  PRIMARY KEY (about, line)
);

-- Who is signed in. The token is with the browser, its hash here. A session ends when it was not used for idle, and for good at until.
CREATE TABLE session (
  id       @id,
  hash     TEXT @text_key NOT NULL UNIQUE,
  holder   BIGINT NOT NULL,
  station  BIGINT NOT NULL,
  made_at  BIGINT NOT NULL,
  seen_at  BIGINT NOT NULL,
  idle     BIGINT NOT NULL,
  until    BIGINT NOT NULL,
  way      TEXT   NOT NULL
);
CREATE INDEX session_holder ON session (holder);

-- When keys were used last, told now and then.
CREATE TABLE key_use (
  about   @id,
  used_at BIGINT NOT NULL
);

-- One row. The turn goes up with whatever may change who may do what, so that other servers forget what they know.
CREATE TABLE sign_in (
  id   @id,
  turn BIGINT NOT NULL
);
