-- Texts of entries are erased and nothing else is done to them, and only by an entry that says so.
@erased_by erasable erasure;
