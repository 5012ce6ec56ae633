-- What an entry says of users, roles, keys, stations and settings is found by them in the audit: it is told again of all entries when the
-- ledger is opened.
DELETE FROM audited;
