-- The business date up to which the books are closed, of a site or of all (0). The newest that concerns a site counts.
CREATE TABLE closing (
  entry @id,
  site  BIGINT NOT NULL,
  until BIGINT NOT NULL
);
CREATE INDEX closing_site ON closing (site, entry);

-- Entries that reach into books which were closed when they were recorded: at which site, into which closing, from which day on.
CREATE TABLE late_entry (
  entry   BIGINT NOT NULL,
  site    BIGINT NOT NULL,
  closing BIGINT NOT NULL,
  day     BIGINT NOT NULL,
  PRIMARY KEY (entry, site)
) @clustered;
CREATE INDEX late_entry_closing ON late_entry (closing, entry);
CREATE INDEX late_entry_day ON late_entry (site, day);

@append_only closing, late_entry;

-- The newest closing: the writer reads closings again only when it is another.
ALTER TABLE ledger_head ADD COLUMN closing BIGINT NOT NULL DEFAULT 0;
