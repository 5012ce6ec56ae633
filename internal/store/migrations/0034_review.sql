-- That somebody looked through who may do what, as the list was after an entry, and what they found of single rights.
CREATE TABLE review (
  entry @id,
  as_at BIGINT NOT NULL,
  known BIGINT NOT NULL, -- the last entry that counts in the list
  rest  BIGINT NOT NULL  -- 1: what is not among the judgements was found right
);

CREATE TABLE judgement (
  entry  BIGINT NOT NULL,
  given  BIGINT NOT NULL, -- the entry that says the right as it was listed
  revoke BIGINT NOT NULL,
  PRIMARY KEY (entry, given)
) @clustered;

@append_only review, judgement;

-- The entries that say who may do what, by which the list is made as it was at any moment.
CREATE INDEX entry_rights ON entry (id) WHERE kind >= 45 AND kind <= 49;

-- Beside the log: who tries to sign in and fails, so that several servers slow them down together. key is a hash of the account and the
-- address. key_use tells from here on also when users and stations were used last.
CREATE TABLE attempt (
  key    TEXT @text_key NOT NULL PRIMARY KEY,
  failed BIGINT NOT NULL,
  next   BIGINT NOT NULL, -- not before
  last   BIGINT NOT NULL
);
CREATE INDEX attempt_last ON attempt (last);
