-- Contacts and licences of a partner as JSON lists (stock.ListText), and the kinds of licence that goods of a group ask for.
ALTER TABLE partner ADD COLUMN contacts TEXT NOT NULL DEFAULT '';
ALTER TABLE partner ADD COLUMN licences TEXT NOT NULL DEFAULT '';
CREATE INDEX partner_licensed ON partner (code) WHERE licences > '';
ALTER TABLE product_group ADD COLUMN supplier_licence TEXT NOT NULL DEFAULT '';
ALTER TABLE product_group ADD COLUMN customer_licence TEXT NOT NULL DEFAULT '';
