package stock

// A code names one way to fail. Codes are part of the API: programs branch on them, so they are never renamed.

// General.
const (
	// CodeInvalidValue says that the value is not one that is allowed here.
	CodeInvalidValue = "invalid_value"
	// CodeRequired says that a value is missing that must be given.
	CodeRequired = "required"
	// CodeBlank says that the text is empty or consists of spaces only.
	CodeBlank = "blank"
	// CodeTooLong says that the text has more characters than allowed.
	CodeTooLong = "too_long"
	// CodeTooMany says that there are more elements than are taken in one call.
	CodeTooMany = "too_many"
	// CodeInvalidCode says that the code has a leading or trailing space, a character that cannot be printed, or is not valid UTF-8.
	CodeInvalidCode = "invalid_code"
	// CodeInvalidSerial says that the serial number or the range of serial numbers cannot be read.
	CodeInvalidSerial = "invalid_serial"
	// CodeInvalidQuantity says that the quantity is not a plain decimal number within the allowed bounds.
	CodeInvalidQuantity = "invalid_quantity"
	// CodeOverPrecise says that the quantity has more decimals than can be kept or than the product allows.
	CodeOverPrecise = "over_precise"
	// CodeInvalidDate says that the date does not exist, is not written as 2026-11-23, or is out of bounds.
	CodeInvalidDate = "invalid_date"
	// CodeInvalidTime says that the time is not written as in RFC 3339 with a zone, or is out of bounds.
	CodeInvalidTime = "invalid_time"
	// CodeFormatExhausted says that the counter of the format has no number left that fits its width.
	CodeFormatExhausted = "format_exhausted"
	// CodeReasonRequired says that this is possible only with a reason.
	CodeReasonRequired = "reason_required"
	// CodeDateRequired says that the product requires a date that is missing.
	CodeDateRequired = "date_required"
	// CodeFieldRequired says that an extra field lacks a value that the kind of movement or the product's group asks for.
	CodeFieldRequired = "field_required"
	// CodeWrongType says that the value is not of the extra field's type.
	CodeWrongType = "wrong_type"
	// CodeInvalidRow says that the row of a file cannot be read: a stray quote, a missing cell, or text that is not UTF-8.
	CodeInvalidRow = "invalid_row"
	// CodeUnknownColumn says that the file has a column that this kind of file does not have.
	CodeUnknownColumn = "unknown_column"
	// CodeUnsupported says that this is understood but not supported.
	CodeUnsupported = "unsupported"
)

// Things that are not there, or already are.
const (
	// CodeUnknownProduct says that there is no such product.
	CodeUnknownProduct = "unknown_product"
	// CodeUnknownGroup says that there is no such product group.
	CodeUnknownGroup = "unknown_group"
	// CodeUnknownFormat says that there is no such format.
	CodeUnknownFormat = "unknown_format"
	// CodeEmptyFile says that there is nothing in the file.
	CodeEmptyFile = "empty_file"
	// CodeIncompleteFile says that the upload ended before its end.
	CodeIncompleteFile = "incomplete_file"
	// CodeFileTooLarge says that the file is larger than is kept.
	CodeFileTooLarge = "file_too_large"
	// CodeFileDamaged says that the file's content is missing in the data folder, or is not what was attached.
	CodeFileDamaged = "file_damaged"
	// CodeUnknownField says that there is no such extra field, or not of records of this sort.
	CodeUnknownField = "unknown_field"
	// CodeUnknownOrganisation says that the server serves no organisation of that name.
	CodeUnknownOrganisation = "unknown_organisation"
	// CodeUnknownSite says that there is no such site.
	CodeUnknownSite = "unknown_site"
	// CodeUnknownLocation says that there is no such location.
	CodeUnknownLocation = "unknown_location"
	// CodeUnknownPartner says that there is no such partner.
	CodeUnknownPartner = "unknown_partner"
	// CodeUnknownAddress says that the partner has no such address.
	CodeUnknownAddress = "unknown_address"
	// CodeUnknownLot says that the product has no such lot.
	CodeUnknownLot = "unknown_lot"
	// CodeUnknownUnit says that the product has no such unit.
	CodeUnknownUnit = "unknown_unit"
	// CodeUnknownEntry says that there is no such entry.
	CodeUnknownEntry = "unknown_entry"
	// CodeUnknownHold says that there is no such hold.
	CodeUnknownHold = "unknown_hold"
	// CodeUnknownException says that there is no such exception.
	CodeUnknownException = "unknown_exception"
	// CodeUnknownPackaging says that the product has no such packaging level.
	CodeUnknownPackaging = "unknown_packaging"
	// CodeLicenceMissing says that the partner has no licence of the kind that the product's group asks for.
	CodeLicenceMissing = "licence_missing"
	// CodeLicenceExpired says that the partner's licence was not valid on the day.
	CodeLicenceExpired = "licence_expired"
	// CodeUnknownCode says that nothing in the ledger is known by the code.
	CodeUnknownCode = "unknown_code"
	// CodeUnknownFile says that there is no such file: the entry attaches none, or the watched folder has had none.
	CodeUnknownFile = "unknown_file"
	// CodeNoLogKey says that the key that signs the log is not on this server.
	CodeNoLogKey = "no_log_key"
	// CodeLogBroken says that entries are missing or hashes of the log are damaged, so that nothing can be sealed or proved.
	CodeLogBroken = "log_broken"
	// CodeUnknownPush says that no checkpoints are sent to a place of this name.
	CodeUnknownPush = "unknown_push"
	// CodePushExists says that checkpoints are sent to a place of this name already.
	CodePushExists = "push_exists"
	// CodeNotSealed says that the log is not sealed up to there.
	CodeNotSealed = "not_sealed"
	// CodeUnknownFeed says that there is no such feed.
	CodeUnknownFeed = "unknown_feed"
	// CodeUnknownMapping says that nothing is remembered of columns under the code.
	CodeUnknownMapping = "unknown_mapping"
	// CodeUnknownImport says that there is no import of that number in the background.
	CodeUnknownImport = "unknown_import"
	// CodeImportEnded says that an import has ended already, so that nothing is left to cancel.
	CodeImportEnded = "import_ended"
	// CodeFeedExists says that a feed with this name exists already.
	CodeFeedExists = "feed_exists"
	// CodeUnknownBarcode says that the code is not bound to the product.
	CodeUnknownBarcode = "unknown_barcode"
	// CodeBarcodeTaken says that the code stands for another product.
	CodeBarcodeTaken = "barcode_taken"
	// CodeUnreadableScan says that the scan looks like GS1 data and breaks its rules, or is no text.
	CodeUnreadableScan = "unreadable_scan"
	// CodeCheckDigit says that a check digit in the scan is wrong.
	CodeCheckDigit = "check_digit"
	// CodeScanAmbiguous says that the scan can mean several things, of which the item does not say which.
	CodeScanAmbiguous = "scan_ambiguous"
	// CodeScanDiffers says that scans of one item do not say the same, or not what the item says.
	CodeScanDiffers = "scan_differs"
	// CodeUnknownLabel says that there is no such sort of labels.
	CodeUnknownLabel = "unknown_label"
	// CodeLabelExists says that a sort of labels with this code exists already.
	CodeLabelExists = "label_exists"
	// CodeProductExists says that a product with this code exists already.
	CodeProductExists = "product_exists"
	// CodeGroupExists says that a product group with this code exists already.
	CodeGroupExists = "group_exists"
	// CodeFormatExists says that a format with this code exists already.
	CodeFormatExists = "format_exists"
	// CodeUnknownFieldSet says that there is no such set of extra fields.
	CodeUnknownFieldSet = "unknown_field_set"
	// CodeFieldExists says that an extra field with this code exists already.
	CodeFieldExists = "field_exists"
	// CodeSiteExists says that a site with this code exists already.
	CodeSiteExists = "site_exists"
	// CodeLocationExists says that a location with this code exists already at the site.
	CodeLocationExists = "location_exists"
	// CodePartnerExists says that a partner with this code exists already.
	CodePartnerExists = "partner_exists"
	// CodeAddressExists says that the partner has an address with this code already.
	CodeAddressExists = "address_exists"
	// CodeLotExists says that the product has a lot with this code already.
	CodeLotExists = "lot_exists"
	// CodeUnitExists says that the product has a unit with this serial already.
	CodeUnitExists = "unit_exists"
	// CodeKeyTaken says that the identifier already belongs to something else.
	CodeKeyTaken = "key_taken"
	// CodeStockLeft says that there is stock of the product, or at the site, that would be stranded.
	CodeStockLeft = "stock_left"
	// CodeNotActive says that the thing was deactivated and takes no new movements.
	CodeNotActive = "not_active"
	// CodeStillNeeded says that what is to be erased is in use.
	CodeStillNeeded = "still_needed"
	// CodeNothingToErase says that there is nothing that is not erased yet.
	CodeNothingToErase = "nothing_to_erase"
	// CodeUnknownActor says that nobody of this name recorded anything.
	CodeUnknownActor = "unknown_actor"
	// CodeLoop says that the change would make something contain itself.
	CodeLoop = "loop"
)

// Tracking.
const (
	// CodeLotRequired says that the product is tracked by lot and the item names none.
	CodeLotRequired = "lot_required"
	// CodeLotNotAllowed says that the product is not tracked by lot and the item names one.
	CodeLotNotAllowed = "lot_not_allowed"
	// CodeUnitsRequired says that the product is tracked by serial and the item does not name its units.
	CodeUnitsRequired = "units_required"
	// CodeUnitsNotAllowed says that the product is not tracked by serial and the item names units.
	CodeUnitsNotAllowed = "units_not_allowed"
	// CodeLotAmbiguous says that a partner's lot code means several lots.
	CodeLotAmbiguous = "lot_ambiguous"
	// CodeHoldReleased says that the hold is released already.
	CodeHoldReleased = "hold_released"
	// CodeExceptionResolved says that the exception is resolved already.
	CodeExceptionResolved = "exception_resolved"
	// CodeNotEmpty says that the place still holds goods.
	CodeNotEmpty = "not_empty"
	// CodeLotDiffers says that the lot code is known from another source or with another date.
	CodeLotDiffers = "lot_differs"
	// CodeDuplicateUnit says that the same unit is named twice.
	CodeDuplicateUnit = "duplicate_unit"
	// CodeGoodsInTransit says that goods are on the way between sites, so that this has to wait for their arrival.
	CodeGoodsInTransit = "goods_in_transit"
	// CodeStockDiffers says that the goods named are not just those that the ledger has.
	CodeStockDiffers = "stock_differs"
	// CodeTrackingChanged says that the product's goods are told apart otherwise now than when this was recorded.
	CodeTrackingChanged = "tracking_changed"
	// CodeTrackingInUse says that the tracking mode, the unit of measure or the decimals cannot be changed so once goods have moved.
	CodeTrackingInUse = "tracking_in_use"
)

// What the rules refuse.
const (
	// CodeLotOnHold says that the lot is on hold.
	CodeLotOnHold = "lot_on_hold"
	// CodeUnitOnHold says that the unit is on hold.
	CodeUnitOnHold = "unit_on_hold"
	// CodePlaceBlocked says that the place is blocked, by its kind or by a hold.
	CodePlaceBlocked = "place_blocked"
	// CodeSignatureRequired says that a person has to sign this, having shown again who they are.
	CodeSignatureRequired = "signature_required"
	// CodeSignatureDiffers says that the signature is not one of this: its meaning is another, the signer lacks the right, or nothing is to be signed.
	CodeSignatureDiffers = "signature_differs"
	// CodeBooksClosed says that it takes effect on a day up to which the books are closed.
	CodeBooksClosed = "books_closed"
	// CodePastDate says that the governing date is past and blocks.
	CodePastDate = "past_date"
	// CodeReleaseIncomplete says that the goods lack what their quality plan asks for before they are released.
	CodeReleaseIncomplete = "release_incomplete"
	// CodeStrategyViolated says that other stock must go first under the strategy.
	CodeStrategyViolated = "strategy_violated"
	// CodeInsufficientStock says that there is less at the place than the item takes.
	CodeInsufficientStock = "insufficient_stock"
	// CodeUnitAmbiguous says that several units had the serial number before it was corrected.
	CodeUnitAmbiguous = "unit_ambiguous"
	// CodeUnitElsewhere says that the unit is in another place.
	CodeUnitElsewhere = "unit_elsewhere"
	// CodeWrongSite says that the place belongs to another site than the movement.
	CodeWrongSite = "wrong_site"
	// CodeUnbalanced says that inputs and outputs do not match.
	CodeUnbalanced = "unbalanced"
	// CodeOccurredInFuture says that the time of occurrence lies in the future.
	CodeOccurredInFuture = "occurred_in_future"
	// CodeWaitsForException says that an earlier entry of the same unit is an open exception.
	CodeWaitsForException = "waits_for_exception"
	// CodeAlreadyReversed says that the entry was reversed already.
	CodeAlreadyReversed = "already_reversed"
	// CodeMovedSince says that later movements stand in the way of the reversal.
	CodeMovedSince = "moved_since"
	// CodeNotReversible says that entries of this kind cannot be reversed.
	CodeNotReversible = "not_reversible"
	// CodeDataInUse says that the record is in use and cannot be changed this way.
	CodeDataInUse = "data_in_use"
)

// Calls and the system.
const (
	// CodeKeyReused says that the client key was used before with another request.
	CodeKeyReused = "key_reused"
	// CodeBodyTooLarge says that the request body is larger than is taken in one call.
	CodeBodyTooLarge = "body_too_large"
	// CodeTimeout says that the time allowed ran out before an answer was ready.
	CodeTimeout = "timeout"
	// CodeLimitReached says that there are as many of these already as can be.
	CodeLimitReached = "limit_reached"
	// CodeReadOnly says that the system takes no entries at the moment.
	CodeReadOnly = "read_only"
	// CodeKnownElsewhere says that goods are known at a site of which who asks may know no more.
	CodeKnownElsewhere = "known_elsewhere"
	// CodeNotPermitted says that who asks lacks the right, and names it and the site.
	CodeNotPermitted = "not_permitted"
	// CodeDatabaseAway says that the database cannot be reached, or takes no connection, at the moment.
	CodeDatabaseAway = "database_away"
	// CodeOutcomeUnknown says that the database went away, or the disk failed, while the entry was being recorded, so that nobody knows whether it was.
	CodeOutcomeUnknown = "outcome_unknown"
	// CodeDiskFull says that there is no room left to store the entry.
	CodeDiskFull = "disk_full"
	// CodeNothingToRetry says that there is nothing left to be tried again.
	CodeNothingToRetry = "nothing_to_retry"
	// CodeInternal says that something failed on our side.
	CodeInternal = "internal"
)

// Who is there, and how they showed it.
const (
	// CodeUnknownUser says that there is no such user.
	CodeUnknownUser = "unknown_user"
	// CodeUserExists says that a user of this name exists already.
	CodeUserExists = "user_exists"
	// CodeUnknownAPIKey says that there is no such API key.
	CodeUnknownAPIKey = "unknown_api_key"
	// CodeUnknownStation says that there is no such station.
	CodeUnknownStation = "unknown_station"
	// CodeNotSignedIn says that nobody is signed in, or that the key is not good.
	CodeNotSignedIn = "not_signed_in"
	// CodeActorDiffers says that the request names another person or device than the one that is signed in.
	CodeActorDiffers = "actor_differs"
	// CodeWrongSignIn says that the name, the password, the PIN or the code is wrong.
	CodeWrongSignIn = "wrong_sign_in"
	// CodeOneTimeCodeRequired says that a one-time code is asked for beside the password.
	CodeOneTimeCodeRequired = "one_time_code_required"
	// CodeSecondFactorRequired says that one-time codes have to be set up before anything else.
	CodeSecondFactorRequired = "second_factor_required"
	// CodePasswordChangeRequired says that the password was for the first sign-in only.
	CodePasswordChangeRequired = "password_change_required"
	// CodeWeakPassword says that the password or PIN is too short, or one that is tried first everywhere.
	CodeWeakPassword = "weak_password"
	// CodeTooManyAttempts says that it was tried too often.
	CodeTooManyAttempts = "too_many_attempts"
	// CodeSetUpDone says that there is a user already.
	CodeSetUpDone = "set_up_done"
)

// Codes holds the meaning of every code, for the documentation and for the test that keeps both complete.
var Codes = map[string]string{
	CodeUnknownBarcode:      "the code is not bound to the product",
	CodeUnreadableScan:      "the scan looks like GS1 data and breaks its rules, or is no text",
	CodeCheckDigit:          "a check digit in the scan is wrong",
	CodeScanAmbiguous:       "the scan can mean several things",
	CodeScanDiffers:         "scans of one item do not say the same, or not what the item says",
	CodeUnknownLabel:        "there is no such sort of labels",
	CodeLabelExists:         "a sort of labels with this code exists already",
	CodeBarcodeTaken:        "the code stands for another product",
	CodeNotEmpty:            "the place still holds goods",
	CodeExceptionResolved:   "the exception is resolved already",
	CodeHoldReleased:        "the hold is released already",
	CodeLotAmbiguous:        "a partner's lot code means several lots",
	CodeInvalidValue:        "the value is not one that is allowed here",
	CodeRequired:            "a value is missing that must be given",
	CodeBlank:               "the text is empty or consists of spaces only",
	CodeTooLong:             "the text has more characters than allowed",
	CodeTooMany:             "there are more elements than are taken in one call",
	CodeInvalidCode:         "the code has a leading or trailing space, a character that cannot be printed, or is not valid UTF-8",
	CodeInvalidSerial:       "the serial number or the range of serial numbers cannot be read",
	CodeInvalidQuantity:     "the quantity is not a plain decimal number within the allowed bounds",
	CodeOverPrecise:         "the quantity has more decimals than can be kept or than the product allows",
	CodeInvalidDate:         "the date does not exist, is not written as 2026-11-23, or is out of bounds",
	CodeInvalidTime:         "the time is not written as in RFC 3339 with a zone, or is out of bounds",
	CodeFormatExhausted:     "the counter of the format has no number left that fits its width",
	CodeReasonRequired:      "this is possible only with a reason",
	CodeDateRequired:        "the product requires a date that is missing",
	CodeInvalidRow:          "the row of a file cannot be read: a stray quote, a missing cell, or text that is not UTF-8",
	CodeUnknownColumn:       "the file has a column that this kind of file does not have",
	CodeUnsupported:         "this is understood but not supported",
	CodeUnknownProduct:      "there is no such product",
	CodeEmptyFile:           "there is nothing in the file",
	CodeIncompleteFile:      "the upload ended before its end",
	CodeFileTooLarge:        "the file is larger than is kept",
	CodeFileDamaged:         "the file's content is missing in the data folder or was changed there",
	CodeUnknownGroup:        "there is no such product group",
	CodeUnknownFormat:       "there is no such format",
	CodeUnknownField:        "there is no such extra field, or not of records of this sort",
	CodeUnknownFieldSet:     "there is no such set of extra fields",
	CodeFieldExists:         "an extra field with this code exists already",
	CodeFieldRequired:       "an extra field lacks a value that the kind of movement or the product's group asks for",
	CodeWrongType:           "the value is not of the extra field's type",
	CodeUnknownOrganisation: "the server serves no organisation of that name",
	CodeUnknownSite:         "there is no such site",
	CodeUnknownLocation:     "there is no such location",
	CodeUnknownPartner:      "there is no such partner",
	CodeUnknownAddress:      "the partner has no such address",
	CodeUnknownLot:          "the product has no such lot",
	CodeUnknownUnit:         "the product has no such unit",
	CodeUnknownEntry:        "there is no such entry",
	CodeUnknownHold:         "there is no such hold",
	CodeUnknownException:    "there is no such exception",
	CodeUnknownPackaging:    "the product has no such packaging level",
	CodeLicenceMissing:      "the partner has no licence of the kind that the product's group asks for",
	CodeLicenceExpired:      "the partner's licence was not valid on the day that the goods move",
	CodeUnknownCode:         "nothing in the ledger is known by the code",
	CodeUnknownFile:         "there is no such file, attached or in the watched folder",
	CodeNothingToRetry:      "there is nothing left to be tried again",
	CodeUnknownFeed:         "there is no such feed",
	CodeNoLogKey:            "the key that signs the log is not on this server",
	CodeLogBroken:           "entries are missing, or the kept hashes of the log are damaged",
	CodeNotSealed:           "the log is not sealed up to there",
	CodeUnknownPush:         "no checkpoints are sent to a place of this name",
	CodePushExists:          "checkpoints are sent to a place of this name already",
	CodeUnknownImport:       "there is no import of that number in the background",
	CodeImportEnded:         "the import has ended already",
	CodeUnknownMapping:      "nothing is remembered of columns under the code",
	CodeFeedExists:          "a feed with this name exists already",
	CodeProductExists:       "a product with this code exists already",
	CodeGroupExists:         "a product group with this code exists already",
	CodeFormatExists:        "a format with this code exists already",
	CodeSiteExists:          "a site with this code exists already",
	CodeLocationExists:      "a location with this code exists already at the site",
	CodePartnerExists:       "a partner with this code exists already",
	CodeAddressExists:       "the partner has an address with this code already",
	CodeLotExists:           "the product has a lot with this code already",
	CodeUnitExists:          "the product has a unit with this serial already",
	CodeKeyTaken:            "the identifier already belongs to something else",
	CodeStockLeft:           "there is stock of the product, or at the site, that would be stranded",
	CodeNotActive:           "the thing was deactivated and takes no new movements",
	CodeStillNeeded:         "what is to be erased is in use",
	CodeNothingToErase:      "there is nothing that is not erased yet",
	CodeUnknownActor:        "nobody of this name recorded anything",
	CodeLoop:                "the change would make something contain itself",
	CodeLotRequired:         "the product is tracked by lot and the item names none",
	CodeLotNotAllowed:       "the product is not tracked by lot and the item names one",
	CodeUnitsRequired:       "the product is tracked by serial and the item does not name its units",
	CodeUnitsNotAllowed:     "the product is not tracked by serial and the item names units",
	CodeLotDiffers:          "the lot code is known from another source or with another date",
	CodeDuplicateUnit:       "the same unit is named twice",
	CodeGoodsInTransit:      "goods are on the way between sites, so that this has to wait for their arrival",
	CodeStockDiffers:        "the goods named are not just those that the ledger has",
	CodeTrackingChanged:     "the product's goods are told apart otherwise now than when this was recorded",
	CodeTrackingInUse:       "the tracking mode, the unit of measure or the decimals cannot be changed so once goods have moved",
	CodeLotOnHold:           "the lot is on hold",
	CodeUnitOnHold:          "the unit is on hold",
	CodePlaceBlocked:        "the place is blocked, by its kind or by a hold",
	CodeSignatureRequired:   "a person has to sign this, having shown again who they are",
	CodeSignatureDiffers:    "the signature is not one of this: its meaning is another, the signer lacks the right, or nothing is to be signed",
	CodeBooksClosed:         "it takes effect on a day up to which the books are closed",
	CodePastDate:            "the governing date is past and blocks",
	CodeReleaseIncomplete:   "the goods lack what their quality plan asks for",
	CodeStrategyViolated:    "other stock must go first under the strategy",
	CodeInsufficientStock:   "there is less at the place than the item takes",
	CodeUnitAmbiguous:       "several units had the serial number before it was corrected",
	CodeUnitElsewhere:       "the unit is in another place",
	CodeWrongSite:           "the place belongs to another site than the movement",
	CodeUnbalanced:          "inputs and outputs do not match",
	CodeOccurredInFuture:    "the time of occurrence lies in the future",
	CodeWaitsForException:   "an earlier entry of the same unit is an open exception",
	CodeAlreadyReversed:     "the entry was reversed already",
	CodeMovedSince:          "later movements stand in the way of the reversal",
	CodeNotReversible:       "entries of this kind cannot be reversed",
	CodeDataInUse:           "the record is in use and cannot be changed this way",
	CodeKeyReused:           "the client key was used before with another request",
	CodeBodyTooLarge:        "the request body is larger than is taken in one call",
	CodeDatabaseAway:        "the database cannot be reached, or takes no connection, at the moment",
	CodeOutcomeUnknown:      "the database went away, or the disk failed, while the entry was being recorded: send it again with the same key",
	CodeTimeout:             "the time allowed ran out before an answer was ready",
	CodeLimitReached:        "there are as many of these already as can be",
	CodeReadOnly:            "the system takes no entries at the moment",
	CodeDiskFull:            "there is no room left to store the entry",
	CodeInternal:            "something failed on our side",
	CodeKnownElsewhere:      "the goods are known at another branch, of which who asks may know no more",
	CodeNotPermitted:        "who asks has not the right to it",

	CodeUnknownUser:            "there is no such user",
	CodeUserExists:             "a user of this name exists already, in upper or lower case",
	CodeUnknownAPIKey:          "there is no such API key",
	CodeUnknownStation:         "there is no such station",
	CodeNotSignedIn:            "nobody is signed in, or the key is unknown, revoked or has run out",
	CodeActorDiffers:           "the request names another person or device than the one that is signed in",
	CodeWrongSignIn:            "the name, the password, the PIN or the code is wrong",
	CodeOneTimeCodeRequired:    "a one-time code is asked for beside the password",
	CodeSecondFactorRequired:   "one-time codes have to be set up before anything else",
	CodePasswordChangeRequired: "the password was for the first sign-in only: give a new one with it",
	CodeWeakPassword:           "the password or PIN is too short, or one that is tried first everywhere",
	CodeTooManyAttempts:        "it was tried too often: wait a while",
	CodeSetUpDone:              "there is a user already, so that no first administrator is made",
}
