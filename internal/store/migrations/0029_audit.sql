-- By which things and people the entries are found that an auditor asks about, and which of them said an aspect of a thing anew: the one
-- before says what it was. Derived from the entries; clew verify recomputes it.
CREATE TABLE audited (
  object  BIGINT NOT NULL, -- the sort of thing
  subject BIGINT NOT NULL, -- which of them
  aspect  BIGINT NOT NULL, -- 0 for all of it
  entry   BIGINT NOT NULL,
  PRIMARY KEY (object, subject, aspect, entry)
) @clustered;

-- From where an import was asked that runs while nobody waits for it.
ALTER TABLE import_job ADD COLUMN origin TEXT NOT NULL DEFAULT '';

-- What the organisation decided about how Clew works, where it is not as usual; the history is in the entries' leaves.
CREATE TABLE setting (
  code  TEXT @text_key NOT NULL PRIMARY KEY,
  value TEXT   NOT NULL,
  entry BIGINT NOT NULL
);

-- Who signed entries, and what the signature means; both are in the entries' leaves too.
CREATE TABLE signature (
  entry   @id,
  signer  BIGINT NOT NULL, -- an actor
  meaning BIGINT NOT NULL,
  method  TEXT   NOT NULL  -- by what they showed who they are
);
CREATE INDEX signature_signer ON signature (signer, entry);

@append_only signature;

-- The entry that changed a setting last: the writer reads them again only when it is another.
ALTER TABLE ledger_head ADD COLUMN setting BIGINT NOT NULL DEFAULT 0;
