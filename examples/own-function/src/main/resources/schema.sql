CREATE SCHEMA IF NOT EXISTS shop;

CREATE TABLE IF NOT EXISTS shop.orders (
  id uuid PRIMARY KEY,
  customer text NOT NULL,
  placed_at timestamptz NOT NULL DEFAULT now(),
  shipped_at timestamptz
);

CREATE TABLE IF NOT EXISTS shop.order_lines (
  order_id uuid NOT NULL REFERENCES shop.orders ON DELETE CASCADE,
  position int NOT NULL,
  sku text NOT NULL,
  quantity int NOT NULL CHECK (quantity > 0),
  unit_price_cents bigint NOT NULL CHECK (unit_price_cents >= 0),
  PRIMARY KEY (order_id, position)
);
