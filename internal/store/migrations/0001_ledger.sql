-- The ledger of one organisation. Column types and the @ words are rendered for each engine by dialect.go.
-- Times are UTC milliseconds, dates days since 1970-01-01, quantities millionths of the unit of measure; 0 stands for none.

-- One row: who this ledger is, and the next free ids. Every batch begins by updating it, which makes writers wait in line.
CREATE TABLE ledger_head (
  id          @id,
  ledger      TEXT   NOT NULL,
  turn        BIGINT NOT NULL,
  recorded_at BIGINT NOT NULL,
  next_entry  BIGINT NOT NULL,
  next_item   BIGINT NOT NULL,
  next_unit   BIGINT NOT NULL,
  next_lot    BIGINT NOT NULL,
  next_master BIGINT NOT NULL
);

-- The log: append only, ids dense and in commit order.
CREATE TABLE entry (
  id           @id,
  kind         BIGINT NOT NULL,
  occurred_at  BIGINT NOT NULL,
  recorded_at  BIGINT NOT NULL,
  actor        BIGINT NOT NULL,
  device       BIGINT NOT NULL,
  capture      BIGINT NOT NULL,
  site         BIGINT NOT NULL,
  partner      BIGINT NOT NULL,
  address      BIGINT NOT NULL,
  about        BIGINT NOT NULL,
  first_item   BIGINT NOT NULL,
  items        BIGINT NOT NULL,
  client_key   TEXT,
  request_hash @blob,
  leaf         @blob  NOT NULL
);
CREATE UNIQUE INDEX entry_client_key ON entry (client_key) WHERE client_key IS NOT NULL;
CREATE INDEX entry_about ON entry (about) WHERE about > 0;

-- The items of an entry have adjacent ids from first_item on. units packs the ids of the units moved (stock.Runs).
CREATE TABLE item (
  id         @id,
  entry      BIGINT NOT NULL,
  product    BIGINT NOT NULL,
  lot        BIGINT NOT NULL,
  quantity   BIGINT NOT NULL,
  from_place BIGINT NOT NULL,
  to_place   BIGINT NOT NULL,
  known      BIGINT NOT NULL,
  role       BIGINT NOT NULL,
  grp        BIGINT NOT NULL,
  about      BIGINT NOT NULL,
  flags      BIGINT NOT NULL,
  units      @blob,
  second     BIGINT,
  measure    TEXT,
  expected   BIGINT
);
CREATE INDEX item_lot ON item (lot, role) WHERE lot > 0;
CREATE INDEX item_group ON item (entry, grp, role) WHERE role > 0;
CREATE INDEX item_about ON item (about) WHERE about > 0;
-- What went into tanks and silos and what left them: flags has 4 for the one and 8 for the other.
CREATE INDEX item_into_mixed ON item (to_place, lot) WHERE flags >= 4;
CREATE INDEX item_from_mixed ON item (from_place, lot) WHERE flags >= 4;

-- Which items a unit was in: its history, read by unit. Rebuildable from item.units.
CREATE TABLE item_unit (
  unit BIGINT NOT NULL,
  item BIGINT NOT NULL,
  role BIGINT NOT NULL,
  PRIMARY KEY (unit, item)
) @clustered;

CREATE TABLE reference (
  code  TEXT @text_key NOT NULL,
  kind  TEXT @text_key NOT NULL,
  entry BIGINT NOT NULL,
  line  BIGINT NOT NULL,
  PRIMARY KEY (code, kind, entry, line)
) @clustered;
CREATE INDEX reference_entry ON reference (entry);

-- Free texts and names, of which the leaf holds salted hashes; may be erased: then hash is kept in the place of salt and text.
CREATE TABLE erasable (
  entry BIGINT NOT NULL,
  line  BIGINT NOT NULL,
  field TEXT   NOT NULL,
  salt  @blob,
  text  TEXT,
  hash  @blob,
  PRIMARY KEY (entry, line)
) @clustered;

CREATE TABLE counted (
  entry    BIGINT NOT NULL,
  line     BIGINT NOT NULL,
  product  BIGINT NOT NULL,
  lot      BIGINT NOT NULL,
  place    BIGINT NOT NULL,
  counted  BIGINT NOT NULL,
  expected BIGINT NOT NULL,
  PRIMARY KEY (entry, line)
) @clustered;

CREATE TABLE cleaning (
  entry BIGINT NOT NULL,
  place BIGINT NOT NULL,
  PRIMARY KEY (place, entry)
) @clustered;

-- Master data as it stands; its history is in the entries' leaves.
CREATE TABLE product (
  id         @id,
  entry      BIGINT NOT NULL,
  sku        TEXT @text_key NOT NULL UNIQUE,
  gtin       TEXT @text_key,
  name       TEXT   NOT NULL,
  tracking   BIGINT NOT NULL,
  uom        TEXT   NOT NULL,
  decimals   BIGINT NOT NULL,
  strategy   BIGINT NOT NULL,
  tolerance  BIGINT NOT NULL,
  requires   BIGINT NOT NULL,
  past       BIGINT NOT NULL,
  shelf_life BIGINT NOT NULL,
  warn_days  BIGINT NOT NULL,
  unit_cost  TEXT   NOT NULL,
  tags       TEXT   NOT NULL,
  hold_when  BIGINT NOT NULL,
  active     BIGINT NOT NULL
);
CREATE UNIQUE INDEX product_gtin ON product (gtin) WHERE gtin IS NOT NULL;

CREATE TABLE site (
  id        @id,
  entry     BIGINT NOT NULL,
  code      TEXT @text_key NOT NULL UNIQUE,
  name      TEXT   NOT NULL,
  time_zone TEXT   NOT NULL,
  gln       TEXT   NOT NULL,
  private   BIGINT NOT NULL,
  active    BIGINT NOT NULL
);

CREATE TABLE partner (
  id        @id,
  entry     BIGINT NOT NULL,
  code      TEXT @text_key NOT NULL UNIQUE,
  name      TEXT   NOT NULL,
  gln       TEXT   NOT NULL,
  roles     BIGINT NOT NULL,
  hold_when BIGINT NOT NULL,
  active    BIGINT NOT NULL
);

CREATE TABLE place (
  id       @id,
  entry    BIGINT NOT NULL,
  kind     BIGINT NOT NULL,
  site     BIGINT NOT NULL,
  parent   BIGINT NOT NULL,
  partner  BIGINT NOT NULL,
  dispatch BIGINT NOT NULL,
  to_site  BIGINT NOT NULL,
  code     TEXT @text_key NOT NULL,
  name     TEXT   NOT NULL,
  gln      TEXT   NOT NULL,
  blocking BIGINT NOT NULL,
  mixed    BIGINT NOT NULL,
  zone     BIGINT NOT NULL,
  active   BIGINT NOT NULL
);
CREATE UNIQUE INDEX place_code ON place (site, code, kind) WHERE site > 0;
CREATE UNIQUE INDEX place_address ON place (partner, code) WHERE partner > 0;
CREATE INDEX place_dispatch ON place (dispatch) WHERE dispatch > 0;

CREATE TABLE actor (
  id   @id,
  kind BIGINT NOT NULL,
  name TEXT @text_key NOT NULL,
  UNIQUE (name, kind)
);

CREATE TABLE lot (
  id              @id,
  product         BIGINT NOT NULL,
  birth           BIGINT NOT NULL,
  code            TEXT @text_key NOT NULL,
  production      BIGINT NOT NULL,
  best_before     BIGINT NOT NULL,
  sell_by         BIGINT NOT NULL,
  expiry          BIGINT NOT NULL,
  source          BIGINT NOT NULL,
  first_in        BIGINT NOT NULL,
  history_unknown BIGINT NOT NULL
);
CREATE UNIQUE INDEX lot_code ON lot (code, product);
CREATE INDEX lot_product ON lot (product, code);
CREATE INDEX lot_birth ON lot (birth);

CREATE TABLE alias (
  code    TEXT @text_key NOT NULL,
  lot     BIGINT NOT NULL,
  partner BIGINT NOT NULL,
  entry   BIGINT NOT NULL,
  PRIMARY KEY (code, lot, partner)
) @clustered;
CREATE INDEX alias_lot ON alias (lot);
CREATE INDEX alias_entry ON alias (entry);

-- Current state, kept and not searched; clew verify recomputes it.
CREATE TABLE unit (
  id      @id,
  product BIGINT NOT NULL,
  serial  TEXT @text_key NOT NULL,
  lot     BIGINT NOT NULL,
  place   BIGINT NOT NULL,
  holds   BIGINT NOT NULL,
  flags   BIGINT NOT NULL
);
CREATE UNIQUE INDEX unit_serial ON unit (serial, product);
CREATE INDEX unit_place ON unit (place, product);
CREATE INDEX unit_held ON unit (product, lot, place) WHERE holds > 0;

-- site is 0 in virtual places, so that stock is found without them.
CREATE TABLE balance (
  product  BIGINT NOT NULL,
  lot      BIGINT NOT NULL,
  place    BIGINT NOT NULL,
  site     BIGINT NOT NULL,
  quantity BIGINT NOT NULL,
  second   BIGINT NOT NULL,
  PRIMARY KEY (product, lot, place)
) @clustered;
CREATE INDEX balance_stock ON balance (site, product, lot) WHERE site > 0;
CREATE INDEX balance_on_hand ON balance (product, lot, place) WHERE site > 0;
CREATE INDEX balance_place ON balance (place, product);

CREATE TABLE hold (
  id       @id,
  lot      BIGINT NOT NULL,
  place    BIGINT NOT NULL,
  units    @blob,
  released BIGINT NOT NULL
);
CREATE INDEX hold_lot ON hold (lot) WHERE released = 0 AND lot > 0;
CREATE INDEX hold_place ON hold (place) WHERE released = 0 AND place > 0;
CREATE INDEX hold_active ON hold (released) WHERE released = 0;

-- What units a hold named, and a release took out of one.
CREATE TABLE hold_unit (
  entry BIGINT NOT NULL PRIMARY KEY,
  hold  BIGINT NOT NULL,
  units @blob NOT NULL
) @clustered;
CREATE INDEX hold_unit_hold ON hold_unit (hold);

CREATE TABLE exception (
  id       @id,
  code     TEXT   NOT NULL,
  field    TEXT   NOT NULL,
  resolved BIGINT NOT NULL
);
CREATE INDEX exception_open ON exception (resolved) WHERE resolved = 0;

-- The lots and units that an exception names: SKU|code, and the bare code for look-ups.
CREATE TABLE exception_subject (
  subject   TEXT @text_key NOT NULL,
  exception BIGINT NOT NULL,
  code      TEXT @text_key NOT NULL,
  PRIMARY KEY (subject, exception)
) @clustered;
CREATE INDEX exception_subject_code ON exception_subject (code);
CREATE INDEX exception_subject_exception ON exception_subject (exception);

@append_only entry, item, item_unit, reference, counted, cleaning, alias, hold_unit, exception_subject;
