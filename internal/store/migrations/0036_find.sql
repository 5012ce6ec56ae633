-- The words by which products, sites, locations and partners are found: of their codes and names, folded. Derived from their rows; clew
-- verify recomputes it. object is the sort of thing, as in audited.
CREATE TABLE name_word (
  object  BIGINT NOT NULL,
  word    TEXT @text_key NOT NULL,
  subject BIGINT NOT NULL,
  PRIMARY KEY (object, word, subject)
) @clustered;
CREATE INDEX name_word_subject ON name_word (object, subject, word);
