-- One transfer by the stored procedure: request, source, destination, amount.
SELECT transfer_money($1::uuid, $2::uuid, $3::uuid, $4::bigint)
