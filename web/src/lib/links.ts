// Where each thing has its page. Nothing else in the desk writes these addresses.
import { to } from './address';

const q = (name: string, value: string) => '?' + name + '=' + encodeURIComponent(value);

export const links = {
  product: (sku: string) => to('/products', sku),
  lot: (product: string, lot: string) => to('/trace/lot', lot) + q('product', product),
  unit: (product: string, serial: string) => to('/trace/unit', serial) + q('product', product),
  /** Everything that an entry touched, up and down. */
  entry: (id: number) => to('/trace/entry', String(id)),
  /** A delivery or an order, by its document's number. */
  reference: (code: string) => to('/trace/reference', code),
  movement: (id: number) => to('/movements', String(id)),
  group: (code: string) => to('/groups', code),
  partner: (code: string) => to('/partners', code),
  site: (site: string) => to('/places', site),
  location: (site: string, code: string) => to('/places', site, code),
  user: (name: string) => to('/people', name)
};
