-- Of a stay across the turn of the benefit year, where the region shares its accumulators out by days: the earlier year
-- and how its accumulators moved. `benefit_year` and `accumulator_delta` are those of the year that decided.
ALTER TABLE settlement
  ADD COLUMN earlier_year  text,
  ADD COLUMN earlier_delta json,
  ADD CONSTRAINT settlement_earlier_year CHECK ((earlier_year IS NULL) = (earlier_delta IS NULL)) NOT VALID;
