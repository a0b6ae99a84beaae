-- What the gateway credited before there were origins, it must not credit again: those requests move to the origin of its step
-- gateway.credit_top_up. Their ids are id_derive(top_up_id, "credit"). What the ledger refused under them stays aside: the money was
-- received, and the step tries again. A top-up that was credited under another id, by hand, gets a request that no step's body fits, so
-- that the step hears a mismatch and people look.
INSERT INTO request (company_id, request_id, origin, body_hash, code, answer, recorded_time)
SELECT credit.company_id, credit.request_id, '7d1dddbe-e28c-8345-bccd-f5f0afdd890c',
       coalesce(before.body_hash, sha256('credited under another id')), 0, coalesce(before.answer, ''),
       coalesce(before.recorded_time, credit.recorded_time)
FROM (SELECT company_id, recorded_time,
             encode(set_byte(set_byte(hash, 6, get_byte(hash, 6) & 15 | 128), 8, get_byte(hash, 8) & 63 | 128), 'hex')::uuid AS request_id
      FROM (SELECT company_id, recorded_time, substr(sha256(uuid_send(reference_id) || sha256('credit')), 1, 16) AS hash
            FROM entry
            WHERE kind = 8 AND reference_id IS NOT NULL) AS top_up) AS credit
LEFT JOIN request_before AS before
       ON before.company_id = credit.company_id AND before.request_id = credit.request_id AND before.code = 0
ON CONFLICT DO NOTHING;
