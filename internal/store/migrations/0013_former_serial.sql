-- A unit is found under the serial numbers that it had before they were corrected.
CREATE INDEX correction_serial ON correction (before, unit) WHERE unit > 0;
