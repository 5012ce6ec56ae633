package app

import (
	"slices"
	"strings"

	"clew/internal/stock"
)

// synonyms are other names of columns, normal as normalName makes them. A language is added by adding its words; a word counts only in
// kinds of files that have the column, and not where it is a column's own name. A word that could mean two columns is left out.
var synonyms = map[string]string{}

func init() {
	for column, words := range map[string]string{
		"sku":             "item_number item_no article article_number article_no product_code product_number material_number artikelnummer art.nr. artikel_nr. artikelnr artikel_nr référence_article code_article codigo_articulo código_artículo código_de_artículo",
		"product":         "item_number item_no item_code article article_number sku product_code artikelnummer artikel artikel_nr. artikelnr produkt article produit code_article producto artículo código_artículo",
		"gtin":            "ean ean13 ean_13 ean_code upc barcode strichcode code_barres código_de_barras",
		"gln":             "global_location_number",
		"name":            "description designation bezeichnung benennung beschreibung nom désignation libellé nombre descripción denominación",
		"lot":             "batch batch_number batch_no lot_number lot_no lot_code charge chargennummer chargen_nr. los losnummer numéro_de_lot n°_de_lot lote número_de_lote",
		"units":           "serial serials serial_number serial_numbers serial_no seriennummer seriennummern numéro_de_série números_de_serie número_de_serie",
		"quantity":        "qty amount menge anzahl stückzahl quantité qté cantidad",
		"uom":             "unit unit_of_measure einheit mengeneinheit unité unité_de_mesure unidad unidad_de_medida",
		"best_before":     "best_before_date bbd bbe mhd mindesthaltbarkeit mindesthaltbarkeitsdatum ddm date_de_durabilité_minimale consumo_preferente fecha_de_consumo_preferente",
		"expiry":          "expiry_date expiration expiration_date use_by use_by_date exp_date verfall verfalldatum verfallsdatum verbrauchsdatum péremption date_de_péremption dlc caducidad fecha_de_caducidad",
		"production":      "production_date manufacturing_date date_of_manufacture mfg_date herstelldatum herstellungsdatum produktionsdatum date_de_fabrication date_de_production fecha_de_fabricación fecha_de_producción",
		"site":            "plant facility standort werk usine centro planta",
		"location":        "bin storage_location lagerort lagerplatz stellplatz emplacement ubicación",
		"partner":         "partner_code geschäftspartner partenaire socio",
		"supplier_lot":    "supplier_batch vendor_lot vendor_batch lieferantencharge lot_fournisseur lote_proveedor lote_del_proveedor",
		"occurred_at":     "date_and_time datum datum_uhrzeit zeitpunkt date_et_heure fecha_y_hora",
		"reference":       "referenz référence referencia",
		"tracking":        "tracking_mode rückverfolgung traçabilité trazabilidad",
		"shelf_life_days": "shelf_life haltbarkeit_tage durée_de_vie vida_útil",
		"note":            "comment remark bemerkung notiz commentaire remarque comentario observación",
		"reason":          "grund motif motivo",
		"tags":            "tag schlagwörter étiquettes etiquetas",
		"roles":           "role_list rollen rôles",
		"time_zone":       "timezone zeitzone fuseau_horaire zona_horaria",
		"order":           "order_number po po_number bestellnummer auftragsnummer commande numéro_de_commande pedido número_de_pedido",
		"delivery_note":   "delivery_note_number lieferschein lieferscheinnummer bon_de_livraison albarán",
		"invoice":         "invoice_number rechnung rechnungsnummer facture factura",
	} {
		for word := range strings.FieldsSeq(words) {
			synonyms[column+" "+word] = column
		}
	}
}

// find is the place of the column that a name means: by what the user said, its own name, or a synonym of it. cellIgnored is
// passed over, cellUnnamed has no name, cellUnknown is none.
func (t *table) find(name string, said map[string]string) int {
	normal := normalName(name)
	for from, to := range said {
		if normalName(from) != normal {
			continue
		}
		if normal = normalName(to); normal == "" || normal == clearMark {
			return cellIgnored
		}
		break
	}
	if normal == "" {
		return cellUnnamed
	}
	if strings.HasPrefix(normal, ignoredMark) {
		return cellIgnored
	}
	if at, ok := t.at[normal]; ok {
		return at
	}
	for i, c := range t.columns {
		if _, ok := synonyms[c.name+" "+normal]; ok {
			return i
		}
	}
	return cellUnknown
}

// unknown says that a name means no column, with those that are nearest.
func (t *table) unknown(name string) *stock.Error {
	normal := normalName(name)
	near := slices.Clone(t.columns)
	slices.SortStableFunc(near, func(a, b column) int { return distance(a.name, normal) - distance(b.name, normal) })
	offer := ""
	if d := distance(near[0].name, normal); d <= max(len(normal)/2, 1) {
		offer = "; nearest is " + near[0].name
	}
	return stock.Errorf(stock.Invalid, stock.CodeUnknownColumn, name,
		"a file of %s has no column %q%s; its columns are %s; say which it is with --map %q=COLUMN (map on the API), or begin its name with x- to pass it over",
		t.kind, clipped(name), offer, t.names(), clipped(name))
}

// distance is how many letters have to change to make one word of another.
func distance(a, b string) int {
	if len(b) > 60 {
		b = b[:60]
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		corner := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := corner
			if a[i] != b[j] {
				cost++
			}
			corner = row[j+1]
			row[j+1] = min(cost, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(b)]
}
