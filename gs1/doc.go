// Package gs1 reads, checks and writes what GS1 barcodes carry: element strings as scanners send them, bracketed text,
// GS1 Digital Link URIs, EPC URNs, and bare keys such as a GTIN.
//
// For most use, Parse reads data of any form and checks every value; Message's methods write it in every other form. A Reader
// says what else to let pass, and reads into memory that is used again. Associate judges which AIs need and exclude each other,
// over all symbols of one item.
//
// All rules come from GS1's Barcode Syntax Dictionary, of which this package has a copy (dictionary.txt). It behaves like GS1's
// own Barcode Syntax Engine, apart from what scanners do to data, which it takes with a warning.
package gs1
