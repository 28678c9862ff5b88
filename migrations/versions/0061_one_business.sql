-- Who asks for one business belongs together: their loans are bounded as one group's. Found by a blind index of its credit code.

ALTER TABLE application ADD COLUMN business_index bytea;
CREATE INDEX application_of_business ON application (business_index, person_id) WHERE business_index IS NOT NULL;
CREATE INDEX application_with_business ON application (person_id) WHERE business_index IS NOT NULL;
