-- Registers a resource; nothing when its service has another of its id.
-- in: registration_id id, source text, resource_id text, account_id id, product_id text, region_id text, kind int64, state int64, version int64,
-- in: charges_from_creation bool, stopped_meters text, start_time time?, end_time time?, auto_renew bool, charges bool, create_time time
-- out: registration_id id
INSERT INTO resource (registration_id, source, resource_id, account_id, product_id, region_id, kind, state, version, charges_from_creation,
                      stopped_meters, start_time, end_time, auto_renew, charges, create_time, change_time)
VALUES (:registration_id, :source, :resource_id, :account_id, :product_id, :region_id, :kind, :state, :version, :charges_from_creation,
        :stopped_meters, :start_time, :end_time, :auto_renew, :charges, :create_time, :create_time)
ON CONFLICT (source, resource_id) DO NOTHING
RETURNING registration_id
