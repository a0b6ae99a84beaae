/* Messages, refusals and the key of a submission, which the evidence service's files share. */
#include "identity/service/evidence_service.h"
#include "runtime/rpc/timestamp.h"

Identity__V1__EvidenceFile *evidence_to_message(struct call *call, const struct evidence_file *file)
{
    struct arena *arena = call_arena(call);
    Identity__V1__EvidenceFile *message = arena_alloc(arena, sizeof *message);
    identity__v1__evidence_file__init(message);
    message->evidence_file_id = id_to_message(call, file->evidence_file_id);
    message->submission_id = id_to_message(call, file->submission_id);
    message->account_id = id_to_message(call, file->account_id);
    message->form = (Identity__V1__EvidenceForm)file->form;
    message->size_bytes = file->progress.size;
    message->received_bytes = file->progress.received;
    message->sha256 = bytes_to_hex(file->sha256.data, file->sha256.size,
                                   arena_alloc(arena, 2 * file->sha256.size + 1));
    message->begin_time = timestamp_from_us(arena, file->begun_us);
    if (file->completed_us != 0)
        message->complete_time = timestamp_from_us(arena, file->completed_us);
    if (file->deleted_us != 0)
        message->delete_time = timestamp_from_us(arena, file->deleted_us);
    return message;
}

int evidence_refuse(struct call *call, enum evidence_verdict verdict)
{
    return call_refuse(call, evidence_refusal(verdict), NO_TERMS);
}

int evidence_open_key(struct call *call, struct id submission_id, struct evidence_key *key)
{
    struct bytes sealed;
    enum failure failure = evidence_store_read_key(identity_reader(call), submission_id, &sealed);
    if (failure != FAILURE_NONE)
        return failure;
    return evidence_key_open(call, submission_id, sealed, key) ? 0 : FAILURE_INTERNAL;
}
