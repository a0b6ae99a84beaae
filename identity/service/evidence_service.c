/* Files that prove submissions, taken in pieces from who submits (ID-08, ID-18, ID-19). */
#include "identity/domain/evidence.h"

#include <string.h>

#include "identity/service/account_service.h"
#include "identity/service/evidence_service.h"
#include "identity/service/start.h"
#include "identity/store/company_store.h"
#include "identity/store/real_name_store.h"
#include "runtime/base/secret.h"
#include "runtime/rpc/field.h"
#include "runtime/rpc/page.h"

#define begin_evidence_file_admit(call) caller_admit(call)
#define begin_evidence_file_read begin_evidence_file_read
#define append_evidence_file_admit(call) caller_admit(call)
#define append_evidence_file_kept append_evidence_file_kept
#define remove_evidence_file_admit(call) caller_admit(call)
#define list_evidence_files_admit(call) caller_admit(call)
#define get_evidence_file_linkage extern
#define get_evidence_file_admit(call) operator_admit(call, ROLE_OPERATOR_REVIEW)
#include "identity/service/evidence_rpc.h"

#define FORM_IS_THE_SAME(form)                                                                    \
    static_assert((int)IDENTITY__V1__EVIDENCE_FORM__EVIDENCE_FORM_##form == (int)EVIDENCE_##form, \
                  #form);
EVIDENCE_FORMS(FORM_IS_THE_SAME)

/* ---- messages and refusals ---- */

static ProtobufCMessage *listed_message(struct call *call, const void *file)
{
    return &evidence_to_message(call, file)->base;
}

/* ---- whose it is, and whether it is under review ---- */

/* ID-19: who submits proves. Locks the account, so that its files change one after the other. */
static int owner_admit(struct mutation *mutation, struct id account_id)
{
    struct account_row row;
    int no = account_lock(mutation, account_id, &row);
    if (no != 0)
        return no;
    return id_equal(row.account.owner_id, caller_id(mutation->call))
               ? 0
               : evidence_refuse(mutation->call, EVIDENCE_NOT_OWNER);
}

/* Of a company or of a real name; locked, so that it is not decided meanwhile. */
static int submission_admit(struct mutation *mutation, struct id account_id,
                            struct id submission_id)
{
    struct company_submission company;
    struct real_name name;
    bool is_company = false, is_name = false;
    int no = company_store_lock(mutation->transaction, submission_id, &company, &is_company);
    if (no == 0 && !is_company)
        no = real_name_store_lock(mutation->transaction, submission_id, &name, &is_name);
    if (no != 0)
        return no;
    struct id owner_id = is_company ? company.account_id : is_name ? name.account_id : account_id;
    bool is_theirs = (is_company || is_name) && id_equal(owner_id, account_id);
    enum review_verdict verdict = review_open_decide(!is_theirs   ? NULL
                                                     : is_company ? &company.state
                                                                  : &name.state);
    return verdict == REVIEW_ACCEPTED
               ? 0
               : call_refuse(mutation->call, review_refusal(verdict), NO_TERMS);
}

/* A file that may change. */
static int file_admit(struct mutation *mutation, struct id account_id, struct id evidence_file_id,
                      struct evidence_file *file)
{
    bool exists = false;
    int no = owner_admit(mutation, account_id);
    if (no == 0)
        no = evidence_store_read(mutation->transaction, evidence_file_id, file, &exists);
    if (no == 0 && (!exists || !id_equal(file->account_id, account_id)))
        return evidence_refuse(mutation->call, EVIDENCE_UNKNOWN);
    return no != 0 ? no : submission_admit(mutation, account_id, file->submission_id);
}

/* ---- BeginEvidenceFile ---- */

static bool hash_read(const char *text, uint8_t hash[EVIDENCE_HASH_SIZE])
{
    return bytes_from_hex(text, hash, EVIDENCE_HASH_SIZE);
}

static void begin_evidence_file_read(struct call *call,
                                     const Identity__V1__BeginEvidenceFileRequest *message,
                                     struct begin_evidence_file *request)
{
    uint8_t hash[EVIDENCE_HASH_SIZE];
    begin_evidence_file_fields(call, message, request);
    if (request->size_bytes < 1 || request->size_bytes > EVIDENCE_BYTES_MAX)
        call_add_field_violation(call, "size_bytes", FAULT_OUT_OF_RANGE,
                                 "must be 1 to 4,194,304 bytes");
    if (!hash_read(request->sha256, hash))
        call_add_field_violation(call, "sha256", FAULT_MALFORMED, "must be 64 hexadecimal digits");
}

static int room_admit(struct mutation *mutation, const struct begin_evidence_file *request)
{
    struct evidence_room room;
    int no = evidence_store_read_room(mutation->transaction, request->account_id,
                                      request->submission_id, &room);
    if (no != 0)
        return no;
    enum evidence_verdict verdict = evidence_begin_decide(&room, request->size_bytes);
    return verdict == EVIDENCE_ACCEPTED ? 0 : evidence_refuse(mutation->call, verdict);
}

static int keep_new(struct mutation *mutation, struct evidence_file *file)
{
    struct call *call = mutation->call;
    struct evidence_key key;
    struct bytes key_sealed;
    int no = evidence_store_take_key(mutation->transaction, file->submission_id,
                                     evidence_key_make(call, file->submission_id), &key_sealed);
    if (no != 0)
        return no;
    if (!evidence_key_open(call, file->submission_id, key_sealed, &key))
        return FAILURE_INTERNAL;
    file->hash_sealed = evidence_hash_begin(call, &key, file->evidence_file_id);
    secret_wipe(&key, sizeof key);
    return evidence_store_begin(mutation->transaction, file, caller_id(call));
}

static int begin_evidence_file(struct mutation *mutation, const struct begin_evidence_file *request,
                               Identity__V1__BeginEvidenceFileResponse *response)
{
    uint8_t hash[EVIDENCE_HASH_SIZE];
    bool is_read = hash_read(request->sha256, hash), exists = false;
    const struct evidence_file told = {.evidence_file_id = id_new(mutation->now_us),
                                       .submission_id = request->submission_id,
                                       .account_id = request->account_id,
                                       .progress = {.size = request->size_bytes},
                                       .sha256 = {hash, sizeof hash},
                                       .begun_us = mutation->now_us};
    struct evidence_file file = told;
    int no = is_read ? owner_admit(mutation, request->account_id) : FAILURE_INTERNAL;
    if (no == 0)
        no = submission_admit(mutation, request->account_id, request->submission_id);
    if (no == 0)
        no = evidence_store_find(mutation->transaction, &told, &file, &exists);
    if (no == 0 && !exists)
        no = room_admit(mutation, request);
    if (no == 0 && !exists)
        no = keep_new(mutation, &file);
    if (no == 0)
        response->evidence_file = evidence_to_message(mutation->call, &file);
    return no;
}

/* ---- AppendEvidenceFile ---- */

static void append_evidence_file_kept(struct call *call,
                                      Identity__V1__AppendEvidenceFileRequest *message)
{
    uint8_t hash[EVIDENCE_HASH_SIZE];
    char hex[2 * EVIDENCE_HASH_SIZE + 1];
    sha256(message->content.data, message->content.len, hash);
    char *digest = text_digest(call, bytes_to_hex(hash, sizeof hash, hex));
    message->content = (ProtobufCBinaryData){strlen(digest), (uint8_t *)digest};
}

static int same_piece_admit(struct mutation *mutation, const struct evidence_key *key,
                            const struct evidence_file *file, int64_t offset, struct bytes content)
{
    struct bytes sealed;
    int no = evidence_store_read_piece_in(mutation->transaction, file->evidence_file_id, offset,
                                          &sealed);
    if (no != 0)
        return no;
    struct bytes kept =
        evidence_piece_open(mutation->call, key, file->evidence_file_id, offset, sealed);
    if (kept.data == NULL)
        return FAILURE_INTERNAL;
    return kept.size == content.size && memcmp(kept.data, content.data, kept.size) == 0
               ? 0
               : evidence_refuse(mutation->call, EVIDENCE_DIFFERS);
}

/* The file with the piece: its form by the first one, its hash by all of them. */
static int take_piece(struct mutation *mutation, const struct evidence_key *key,
                      struct evidence_file *file, struct bytes content)
{
    struct call *call = mutation->call;
    struct evidence_hash hash = {.sealed = file->hash_sealed};
    if (file->progress.received == 0)
        file->form = evidence_form_of(content);
    if (file->form == EVIDENCE_NONE)
        return evidence_refuse(call, EVIDENCE_FORM);
    if (!evidence_hash_go_on(call, key, file->evidence_file_id, content, &hash))
        return FAILURE_INTERNAL;
    file->hash_sealed = hash.sealed;
    file->progress.received += (int64_t)content.size;
    if (!evidence_is_complete(&file->progress))
        return 0;
    if (file->sha256.size != sizeof hash.sha256 ||
        memcmp(file->sha256.data, hash.sha256, sizeof hash.sha256) != 0)
        return evidence_refuse(call, EVIDENCE_HASH);
    file->hash_sealed = (struct bytes){NULL, 0};
    file->completed_us = mutation->now_us;
    return trail_note(mutation, file->account_id, "EVIDENCE_ADDED", evidence_form_name(file->form));
}

static int keep_piece(struct mutation *mutation, const struct evidence_key *key,
                      struct evidence_file *file, struct bytes content)
{
    int64_t offset = file->progress.received;
    int no = take_piece(mutation, key, file, content);
    return no != 0 ? no
                   : evidence_store_append(mutation->transaction, file, offset,
                                           evidence_piece_seal(mutation->call, key,
                                                               file->evidence_file_id, offset,
                                                               content));
}

static int append_evidence_file(struct mutation *mutation,
                                const struct append_evidence_file *request,
                                Identity__V1__AppendEvidenceFileResponse *response)
{
    struct call *call = mutation->call;
    const struct bytes content = {request->content.data, request->content.len};
    struct evidence_file file;
    struct evidence_key key;
    bool is_repeated = false;
    int no = file_admit(mutation, request->account_id, request->evidence_file_id, &file);
    if (no != 0)
        return no;
    enum evidence_verdict verdict =
        evidence_piece_decide(&file.progress, request->offset_bytes, content.size, &is_repeated);
    if (verdict != EVIDENCE_ACCEPTED)
        return evidence_refuse(call, verdict);
    no = evidence_open_key(call, file.submission_id, &key);
    if (no == 0)
        no = is_repeated ? same_piece_admit(mutation, &key, &file, request->offset_bytes, content)
                         : keep_piece(mutation, &key, &file, content);
    secret_wipe(&key, sizeof key);
    if (no == 0)
        response->evidence_file = evidence_to_message(call, &file);
    return no;
}

/* ---- RemoveEvidenceFile, ListEvidenceFiles ---- */

static int remove_evidence_file(struct mutation *mutation,
                                const struct remove_evidence_file *request,
                                Identity__V1__RemoveEvidenceFileResponse *response)
{
    struct evidence_file file;
    (void)response;
    int no = file_admit(mutation, request->account_id, request->evidence_file_id, &file);
    return no != 0 ? no : evidence_store_remove(mutation->transaction, &file);
}

static int list_evidence_files(struct call *call, const struct list_evidence_files *request,
                               Identity__V1__ListEvidenceFilesResponse *response)
{
    unsigned roles = ROLE_NONE;
    struct evidence_files files;
    const struct evidence_filter filter = {.submission_id = request->submission_id,
                                           .account_id = request->account_id,
                                           .before_id = request->before_id,
                                           .limit = page_limit(request->page_size)};
    int no = caller_roles(call, request->account_id, &roles);
    if (no != 0)
        return no;
    enum role_verdict verdict = role_list_decide(roles, !id_is_nil(request->account_id));
    if (verdict != ROLE_ACCEPTED)
        return call_refuse(call, role_refusal(verdict), NO_TERMS);
    no = evidence_store_list(identity_reader(call), &filter, &files);
    return no != 0 ? no
                   : page_answer(call,
                                 PAGE(request->page_size, files.items, files.count,
                                      evidence_file_id, listed_message),
                                 &response->base);
}
