/* Files that prove submissions, read in pieces by who reviews, under a look. */
#include "identity/service/evidence_service.h"

#include "identity/store/desk_store.h"
#include "runtime/base/clock.h"
#include "runtime/base/secret.h"
#include "runtime/database/act_log.h"
#include "runtime/idempotency/call_actor.h"

#define READ_ACTION "identity.evidence_file.get"

/* A file that is read, and under which look. */
struct reading {
    struct call *call;
    struct id evidence_file_id;
    struct evidence_file file;
    bool exists;
    struct id look_id; /* nil: none is open */
};

static enum failure note_act(struct transaction *transaction, const struct reading *reading,
                             int64_t now_us)
{
    const struct actor *actor = call_actor(reading->call);
    return actor == NULL
               ? FAILURE_INTERNAL /* operator_admit knows who calls */
               : act_append(transaction, &(struct act){.actor = actor,
                                                       .account_id = reading->file.account_id,
                                                       .object_id = reading->file.evidence_file_id,
                                                       .action = READ_ACTION,
                                                       .tag = "",
                                                       .reason = "",
                                                       .act_us = now_us});
}

/* Before anything of the file is answered an act is kept of the look that it is read under, once.
 */
static enum failure note_reading(struct transaction *transaction, void *argument)
{
    struct reading *reading = argument;
    bool is_first = false;
    reading->look_id = (struct id){{0}};
    enum failure failure = evidence_store_read(transaction, reading->evidence_file_id,
                                               &reading->file, &reading->exists);
    if (failure != FAILURE_NONE || !reading->exists)
        return failure;
    int64_t now_us = clock_of_us(reading->file.account_id);
    failure = desk_store_find_open_look(transaction, caller_id(reading->call),
                                        reading->file.account_id, now_us, &reading->look_id);
    if (failure == FAILURE_NONE && !id_is_nil(reading->look_id))
        failure = evidence_store_note_reading(transaction, reading->evidence_file_id,
                                              reading->look_id, &is_first);
    return failure == FAILURE_NONE && is_first ? note_act(transaction, reading, now_us) : failure;
}

static int answer_piece(struct call *call, const struct evidence_file *file, int64_t offset,
                        Identity__V1__GetEvidenceFileResponse *response)
{
    struct evidence_key key;
    struct bytes sealed;
    int no = evidence_open_key(call, file->submission_id, &key);
    if (no == 0)
        no = evidence_store_read_piece(identity_reader(call), file->evidence_file_id, offset,
                                       &sealed);
    if (no != 0)
        return no;
    struct bytes content = evidence_piece_open(call, &key, file->evidence_file_id, offset, sealed);
    secret_wipe(&key, sizeof key);
    if (content.data == NULL)
        return FAILURE_INTERNAL;
    response->content = (ProtobufCBinaryData){
        content.size, arena_memdup(call_arena(call), content.data, content.size)};
    response->next_offset_bytes = offset + (int64_t)content.size;
    response->evidence_file = evidence_to_message(call, file);
    return 0;
}

int get_evidence_file(struct call *call, const struct get_evidence_file *request,
                      Identity__V1__GetEvidenceFileResponse *response)
{
    struct reading reading = {.call = call, .evidence_file_id = request->evidence_file_id};
    enum failure failure = database_transact(call_task(call), identity_of(call)->database,
                                             ISOLATION_READ_COMMITTED, note_reading, &reading);
    if (failure != FAILURE_NONE)
        return failure;
    if (!reading.exists)
        return evidence_refuse(call, EVIDENCE_UNKNOWN);
    enum evidence_verdict verdict = evidence_read_decide(
        &reading.file.progress, !id_is_nil(reading.look_id), request->offset_bytes);
    return verdict == EVIDENCE_ACCEPTED
               ? answer_piece(call, &reading.file, request->offset_bytes, response)
               : evidence_refuse(call, verdict);
}
