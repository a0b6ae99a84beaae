-- Keeps pieces of usage that were asked about.
-- in: company_id id, piece_ids id[], account_ids id[], hour_times time[], usage_times time[], skus text[], products text[], bill_types text[],
-- in: regions text[], quantity_micros int64[], list_price_nano int64[], currencies text[]
INSERT INTO usage_piece (company_id, piece_id, account_id, hour_time, usage_time, sku, product, bill_type, region, quantity_micros,
    list_price_nano, currency)
SELECT :company_id, new.*
FROM unnest(:piece_ids, :account_ids, :hour_times, :usage_times, :skus, :products, :bill_types, :regions, :quantity_micros,
    :list_price_nano, :currencies) AS new
