package symbol

// CheckDigit is for tests that make numbers.
var CheckDigit = checkDigit
