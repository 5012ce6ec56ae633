-- The formats by which goods of a group's products are numbered where a product names none itself.
ALTER TABLE product_group ADD COLUMN lot_format BIGINT NOT NULL DEFAULT 0;
ALTER TABLE product_group ADD COLUMN serial_format BIGINT NOT NULL DEFAULT 0;
