package gs1

import (
	"strconv"
	"strings"
)

// Code says exactly what is wrong. Codes are stable: programs may rely on them.
//
// What a rule of GS1's syntax dictionary finds has the name that GS1's own implementation gives it, in lower case:
// incorrect_check_digit, illegal_day, not_iso3166.
type Code string

// What can be wrong with data as a whole, or with where an AI and its value begin and end.
const (
	CodeEmpty          Code = "empty"               // there is nothing to read
	CodeTooLong        Code = "data_too_long"       // longer than any symbol holds
	CodeTooManyAIs     Code = "too_many_ais"        // more than MaxAIs
	CodeUnknownAI      Code = "unknown_ai"          // the dictionary has no such AI
	CodeValueEmpty     Code = "value_empty"         // an AI without a value
	CodeValueTooShort  Code = "value_too_short"     // shorter than its AI asks for
	CodeValueTooLong   Code = "value_too_long"      // longer than its AI allows; often a separator is missing
	CodeCaret          Code = "illegal_caret"       // "^" in a value: it stands for FNC1
	CodeBrackets       Code = "bad_brackets"        // bracketed text that is not (AI)value(AI)value
	CodeNotRecognised  Code = "not_recognised"      // no known form
	CodeNoSymbology    Code = "missing_symbology"   // scan data that does not begin with "]" and two characters
	CodeOtherSymbology Code = "unknown_symbology"   // a symbology identifier that no GS1 symbol sends
	CodePrimaryShort   Code = "primary_too_short"   // fewer digits than the symbol holds
	CodePrimaryLong    Code = "primary_too_long"    // more than the symbol holds
	CodePrimaryDigits  Code = "primary_not_digits"  // an EAN/UPC or ITF symbol with other characters
	CodePrimaryCheck   Code = "primary_check_digit" // an EAN/UPC or ITF symbol whose check digit is wrong
	CodeCompositePart  Code = "bad_composite"       // the two-dimensional part of a composite symbol is not AI data
	CodeKeyLength      Code = "key_length"          // digits of a number that no GS1 key has
	CodeKeyCheckDigit  Code = "key_check_digit"     // a bare key whose check digit is wrong
)

// What can be wrong with a GS1 Digital Link URI.
const (
	CodeLinkCharacter Code = "uri_illegal_character" // a character that no URI may have
	CodeLinkScheme    Code = "uri_scheme"            // neither http nor https
	CodeLinkDomain    Code = "uri_domain"            // no domain, or one with characters it may not have
	CodeLinkPath      Code = "uri_no_path"           // nothing after the domain
	CodeLinkNoKey     Code = "uri_no_key"            // no primary key in the path
	CodeLinkEmpty     Code = "uri_value_empty"       // an AI without a value
	CodeLinkNull      Code = "uri_null"              // %00
	CodeLinkUnknownAI Code = "uri_unknown_ai"        // digits in the query that are no AI
	CodeLinkSequence  Code = "uri_key_sequence"      // qualifiers that do not belong to the key, or in another order
	CodeLinkRepeated  Code = "uri_ai_repeated"       // an AI twice
	CodeLinkAttribute Code = "uri_not_an_attribute"  // an AI that may not be in a URI's query
	CodeLinkInPath    Code = "uri_belongs_in_path"   // an AI in the query that qualifies the key
	CodeNoPrimaryKey  Code = "no_primary_key"        // a URI cannot be written without one
)

// What can be wrong with an EPC URN.
const (
	CodeURNScheme    Code = "urn_scheme"     // an EPC scheme without a GS1 key, or none at all
	CodeURNFields    Code = "urn_fields"     // more or fewer fields than its scheme has
	CodeURNLength    Code = "urn_length"     // company prefix and reference do not add up
	CodeURNDigits    Code = "urn_digits"     // a field that must be digits
	CodeURNEscape    Code = "urn_escape"     // a character that must be escaped, or % without two hexadecimal digits
	CodePrefixLength Code = "company_prefix" // a GS1 company prefix has 6 to 12 digits
	CodeNoURN        Code = "no_urn"         // what is identified has no EPC URN
)

// What can be wrong between AIs.
const (
	CodeExcluded     Code = "ai_excluded"      // two AIs that never go together
	CodeRequired     Code = "ai_required"      // an AI without one that it needs
	CodeDiffer       Code = "ai_values_differ" // one AI with two values
	CodeSerialNeeded Code = "serial_required"  // a signature (8030) beside a key without its serial number
)

// Error says what is wrong, and where.
type Error struct {
	Code   Code
	AI     string // the AI it is about; empty when there is none
	Offset int    // of the first wrong byte in what was read
	Length int    // how many bytes are wrong; 0 when something is missing
	Other  string // the AI or AIs it conflicts with or lacks
}

// Error writes one sentence.
func (e *Error) Error() string {
	b := make([]byte, 0, 96)
	b = append(b, "gs1: "...)
	return string(append(b, e.Text()...))
}

// Text says in plain words what is wrong, without a prefix.
func (e *Error) Text() string {
	var b strings.Builder
	if e.AI != "" {
		b.WriteString("AI (" + e.AI + "): ")
	}
	b.WriteString(textOf(e.Code))
	if e.Other != "" {
		b.WriteString(" (" + e.Other + ")")
	}
	b.WriteString(", at offset " + strconv.Itoa(e.Offset))
	return b.String()
}

// Is lets errors.Is compare codes: errors.Is(err, &gs1.Error{Code: gs1.CodeUnknownAI}).
func (e *Error) Is(target error) bool {
	other, ok := target.(*Error)
	return ok && other.Code == e.Code
}

func textOf(c Code) string {
	if text, ok := codeTexts[c]; ok {
		return text
	}
	return strings.ReplaceAll(string(c), "_", " ")
}

var codeTexts = map[Code]string{
	CodeEmpty:          "there is no data",
	CodeTooLong:        "the data is longer than any symbol holds",
	CodeTooManyAIs:     "there are more AIs than one item may carry",
	CodeUnknownAI:      "there is no such AI",
	CodeValueEmpty:     "it has no value",
	CodeValueTooShort:  "its value is too short",
	CodeValueTooLong:   "its value is too long, or a separator is missing after it",
	CodeCaret:          "its value holds ^, which stands for FNC1",
	CodeBrackets:       "bracketed text is (AI)value(AI)value, with a bracket in a value written \\(",
	CodeNotRecognised:  "this is no form of GS1 data",
	CodeNoSymbology:    "scan data begins with ] and two characters that name the symbology",
	CodeOtherSymbology: "this symbology carries no GS1 data",
	CodePrimaryShort:   "the symbol's number is too short",
	CodePrimaryLong:    "the symbol's number is too long",
	CodePrimaryDigits:  "the symbol's number must be digits",
	CodePrimaryCheck:   "the symbol's check digit is wrong",
	CodeCompositePart:  "the composite part must be AI data",
	CodeKeyLength:      "no GS1 key has so many digits",
	CodeKeyCheckDigit:  "the check digit is wrong",

	CodeLinkCharacter: "a URI may not have this character",
	CodeLinkScheme:    "a Digital Link begins with https:// or http://",
	CodeLinkDomain:    "this is no domain",
	CodeLinkPath:      "there is no path after the domain",
	CodeLinkNoKey:     "the path holds no GS1 key",
	CodeLinkEmpty:     "it has no value",
	CodeLinkNull:      "its value holds %00",
	CodeLinkUnknownAI: "a number in the query must be an AI",
	CodeLinkSequence:  "what follows the key in the path does not qualify it, or is in another order",
	CodeLinkRepeated:  "it is there twice",
	CodeLinkAttribute: "it may not be in a Digital Link",
	CodeLinkInPath:    "it qualifies the key and belongs in the path",
	CodeNoPrimaryKey:  "no AI here can be the key of a Digital Link",

	CodeURNScheme:    "this EPC scheme has no GS1 key",
	CodeURNFields:    "the EPC scheme has another number of fields",
	CodeURNLength:    "company prefix and reference do not have the digits that the scheme asks for",
	CodeURNDigits:    "this must be digits",
	CodeURNEscape:    "a character here must be escaped as % and two hexadecimal digits",
	CodePrefixLength: "a GS1 company prefix has 6 to 12 digits",
	CodeNoURN:        "there is no EPC URN for it",

	CodeExcluded:     "it may not go with another AI that is there",
	CodeRequired:     "it needs another AI that is not there",
	CodeDiffer:       "it is there with different values",
	CodeSerialNeeded: "signed by (8030), it needs its serial number",

	// What rules find.
	"non_digit_character":                    "a digit is expected",
	"invalid_cset82_character":               "this character is not allowed (GS1 character set 82)",
	"invalid_cset39_character":               "this character is not allowed (GS1 character set 39)",
	"invalid_cset64_character":               "this character is not allowed (file-safe base 64)",
	"invalid_cset64_padding":                 "base 64 ends in none, one or two =",
	"incorrect_check_digit":                  "the check digit is wrong",
	"too_short_for_check_digit":              "there is no check digit",
	"incorrect_check_pair":                   "the check characters are wrong",
	"too_short_for_check_pair":               "there are no check characters",
	"too_long_for_check_pair_implementation": "it is too long for check characters",
	"invalid_gcp_prefix":                     "it does not begin with a GS1 company prefix",
	"too_short_for_gcp":                      "it is too short for a GS1 company prefix",
	"illegal_zero_value":                     "it must not be zero",
	"not_zero":                               "it must be zero",
	"illegal_zero_prefix":                    "it must not begin with a zero",
	"requires_non_digit_character":           "it must have a character that is no digit",
	"not_hyphen":                             "only a hyphen is allowed here",
	"not_zero_or_one":                        "it must be 0 or 1",
	"invalid_winding_direction":              "a winding direction is 0, 1 or 9",
	"invalid_biological_sex_code":            "a code of ISO 5218 is 0, 1, 2 or 9",
	"invalid_percent_sequence":               "after % come two hexadecimal digits",
	"invalid_length_for_piece_of_total":      "piece and total have as many digits",
	"zero_piece_number":                      "the number of a piece is at least 1",
	"zero_total_pieces":                      "there is at least 1 piece",
	"piece_number_exceeds_total":             "the number of the piece is greater than that of all pieces",
	"position_in_sequence_malformed":         "a position is written 1/3",
	"position_exceeds_end":                   "the position is behind the end",
	"latitude_invalid_length":                "a latitude has 10 digits",
	"longitude_invalid_length":               "a longitude has 10 digits",
	"invalid_latitude":                       "a latitude is at most 1800000000",
	"invalid_longitude":                      "a longitude is at most 3600000000",
	"iban_too_short":                         "it is too short for an IBAN",
	"iban_too_long":                          "an IBAN has at most 34 characters",
	"invalid_iban_character":                 "an IBAN has digits and capital letters",
	"illegal_iban_country_code":              "an IBAN begins with a country code of ISO 3166",
	"incorrect_iban_checksum":                "the check digits of the IBAN are wrong",
	"date_too_short":                         "the date is too short",
	"date_too_long":                          "the date is too long",
	"illegal_month":                          "there is no such month",
	"illegal_day":                            "there is no such day",
	"illegal_hour":                           "there is no such hour",
	"illegal_minute":                         "there is no such minute",
	"illegal_second":                         "there is no such second",
	"not_iso3166":                            "this is no country number of ISO 3166",
	"not_iso3166_or_999":                     "this is no country number of ISO 3166, nor 999",
	"not_iso3166_alpha2":                     "this is no country code of ISO 3166",
	"not_iso4217":                            "this is no currency number of ISO 4217",
	"invalid_media_type":                     "this is no media type of GS1",
	"invalid_package_type":                   "this is no package type of GS1",
	"invalid_import_idx_character":           "an importer index is a letter, a digit, - or _",
}
