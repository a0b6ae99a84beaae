/* The evidence service's files: what all share, and reading, which has a file of its own. */
#ifndef IDENTITY_SERVICE_EVIDENCE_SERVICE_H
#define IDENTITY_SERVICE_EVIDENCE_SERVICE_H

#include "identity/service/evidence_request.h"
#include "identity/service/evidence_seal.h"

/* evidence_message.c */
Identity__V1__EvidenceFile *evidence_to_message(struct call *call,
                                                const struct evidence_file *file);

int evidence_refuse(struct call *call, enum evidence_verdict verdict);

/* The key of a submission's files. */
int evidence_open_key(struct call *call, struct id submission_id,
                      struct evidence_key *key) must_check;

/* evidence_reading.c: the operator's rpc */
int get_evidence_file(struct call *call, const struct get_evidence_file *request,
                      Identity__V1__GetEvidenceFileResponse *response);

#endif
