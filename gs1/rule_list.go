package gs1

import (
	"sort"
	"strings"
)

// codeList is a list of codes of one width, padded with spaces, in order.
type codeList struct {
	codes string
	width int
}

func (l codeList) has(v string) bool {
	if v == "" || len(v) > l.width || strings.IndexByte(v, ' ') >= 0 {
		return false
	}
	n := len(l.codes) / l.width
	at := func(i int) string { return strings.TrimRight(l.codes[i*l.width:(i+1)*l.width], " ") }
	i := sort.Search(n, func(i int) bool { return at(i) >= v })
	return i < n && at(i) == v
}

func checkCountry(v string) (Code, int, int) {
	if !numericCountries.has(v) {
		return all("not_iso3166", v)
	}
	return "", 0, 0
}

func checkCountryOr999(v string) (Code, int, int) {
	if v != "999" && !numericCountries.has(v) {
		return all("not_iso3166_or_999", v)
	}
	return "", 0, 0
}

func checkCountryAlpha2(v string) (Code, int, int) {
	if !alpha2Countries.has(v) {
		return all("not_iso3166_alpha2", v)
	}
	return "", 0, 0
}

func checkCurrency(v string) (Code, int, int) {
	if !numericCurrencies.has(v) {
		return all("not_iso4217", v)
	}
	return "", 0, 0
}

func checkMediaType(v string) (Code, int, int) {
	if !mediaTypes.has(v) {
		return all("invalid_media_type", v)
	}
	return "", 0, 0
}

func checkPackageType(v string) (Code, int, int) {
	if !packageTypes.has(v) {
		return all("invalid_package_type", v)
	}
	return "", 0, 0
}

func checkImporterIndex(v string) (Code, int, int) {
	if len(v) != 1 || classes[v[0]]&in64 == 0 {
		return all("invalid_import_idx_character", v)
	}
	return "", 0, 0
}
