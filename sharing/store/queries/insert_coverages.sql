-- Keeps what became of each asset that was considered for pieces of usage.
-- in: company_id id, piece_ids id[], places int64[], asset_ids id[], kinds int64[], quantity_micros int64[], used_micros int64[], reasons text[]
INSERT INTO coverage (company_id, piece_id, place, asset_id, kind, quantity_micros, used_micros, reason)
SELECT :company_id, new.*
FROM unnest(:piece_ids, :places, :asset_ids, :kinds, :quantity_micros, :used_micros, :reasons) AS new
