-- Keeps what became of records that waited: rated, or parked for a reason. Fewer than were given, when one of them waits no more: then nothing of
-- it may stand.
-- in: sources text[], record_ids text[], reasons text[], parked_time time, period_times time[], currency text, price_ids id[],
-- in: price_book_ids text[], used_micros int64[], covered_micros int64[], list_micros int64[], discount_micros int64[],
-- in: contracted_micros int64[], coupon_micros int64[], net_micros int64[], fold_ids id[]
-- out: changed int64
WITH changed AS (
    UPDATE usage_record
    SET state = CASE WHEN rated.reason IS NULL THEN 2 ELSE 3 END, parked_reason = rated.reason,
        parked_time = CASE WHEN rated.reason IS NOT NULL THEN :parked_time END, period_time = rated.period_time, currency = :currency,
        price_id = rated.price_id, price_book_id = rated.price_book_id, used_micros = rated.used, covered_micros = rated.covered,
        list_micros = rated.list, discount_micros = rated.discount, contracted_micros = rated.contracted, coupon_micros = rated.coupon,
        net_micros = rated.net, fold_id = rated.fold_id
    FROM unnest(:sources, :record_ids, :reasons, :period_times, :price_ids, :price_book_ids, :used_micros, :covered_micros, :list_micros,
                :discount_micros, :contracted_micros, :coupon_micros, :net_micros, :fold_ids)
         AS rated (source, record_id, reason, period_time, price_id, price_book_id, used, covered, list, discount, contracted, coupon, net,
                   fold_id)
    CROSS JOIN LATERAL (
        SELECT ctid FROM usage_record AS kept WHERE kept.source = rated.source AND kept.record_id = rated.record_id LIMIT 1
    ) AS place
    WHERE usage_record.ctid = place.ctid AND usage_record.state < 2
    RETURNING 1
)
SELECT count(*) AS changed FROM changed
