/* kontor evidence: a file that proves a submission, sent and read in pieces. */
#include <stdio.h>
#include <string.h>

#include "cli/file.h"
#include "cli/functions.h"
#include "cli/invocation.h"
#include "identity/v1/evidence.pb-c.h"
#include "runtime/base/clock.h"
#include "runtime/base/id.h"
#include "runtime/base/text.h"

#define SERVICE &identity__v1__evidence_service__descriptor
#define FILE_BYTES_MAX ((size_t)4 * 1024 * 1024)
#define PIECE_BYTES ((int64_t)256 * 1024)
#define PAUSE_MS 100 /* a person writes ten times a second */
#define HASH_SIZE 32

/* ---- add ---- */

/* Sends the piece that begins where the file ends so far; *file is as it is with it. */
static enum exit_code send_piece(struct invocation *invocation, struct bytes content,
                                 Identity__V1__EvidenceFile **file)
{
    int64_t offset = (*file)->received_bytes, left = (int64_t)content.size - offset;
    ProtobufCMessage *message = invocation_request(invocation, SERVICE, "AppendEvidenceFile");
    Identity__V1__AppendEvidenceFileRequest *request = (void *)message;
    if (request == NULL)
        return EXIT_USAGE;
    char request_id[ID_TEXT_SIZE];
    request->request_id = id_format(id_new(clock_now_us()), request_id);
    request->evidence_file_id = (*file)->evidence_file_id;
    request->offset_bytes = offset;
    size_t size = (size_t)(left < PIECE_BYTES ? left : PIECE_BYTES);
    request->content = (ProtobufCBinaryData){
        size, arena_memdup(task_arena(invocation->task), content.data + offset, size)};
    enum exit_code code =
        invocation_call(invocation, SERVICE, "AppendEvidenceFile", message, &invocation->response);
    if (code != EXIT_DONE)
        return code;
    const Identity__V1__AppendEvidenceFileResponse *response = (void *)invocation->response;
    *file = response->evidence_file;
    return *file != NULL && (*file)->received_bytes > offset ? EXIT_DONE : EXIT_UNAVAILABLE;
}

static enum exit_code send_rest(struct invocation *invocation, struct bytes content,
                                Identity__V1__EvidenceFile *file)
{
    enum exit_code code = EXIT_DONE;
    while (code == EXIT_DONE && file->received_bytes < (int64_t)content.size) {
        code = send_piece(invocation, content, &file);
        if (code == EXIT_DONE && task_sleep_ms(invocation->task, PAUSE_MS) != FAILURE_NONE)
            code = EXIT_UNAVAILABLE;
    }
    return code;
}

enum exit_code evidence_run_add(struct invocation *invocation)
{
    uint8_t hash[HASH_SIZE];
    char hex[2 * HASH_SIZE + 1];
    struct bytes content;
    enum exit_code code = invocation_fill(invocation);
    if (code != EXIT_DONE)
        return code;
    if (!file_read(task_arena(invocation->task), invocation_value(invocation, "file"),
                   FILE_BYTES_MAX, "4 MiB", &content))
        return EXIT_USAGE;
    Identity__V1__BeginEvidenceFileRequest *request = (void *)invocation->request;
    sha256(content.data, content.size, hash);
    request->size_bytes = (int64_t)content.size;
    request->sha256 = bytes_to_hex(hash, sizeof hash, hex);
    code = invocation_call(invocation, SERVICE, "BeginEvidenceFile", &request->base,
                           &invocation->response);
    if (code != EXIT_DONE)
        return code;
    const Identity__V1__BeginEvidenceFileResponse *begun = (void *)invocation->response;
    if (begun->evidence_file == NULL)
        return EXIT_UNAVAILABLE;
    code = send_rest(invocation, content, begun->evidence_file);
    if (code == EXIT_DONE)
        invocation_print(invocation, invocation->response);
    return code;
}

/* ---- read ---- */

/* Adds a piece to what was read; false when it is none that fits. */
static bool add_piece(const Identity__V1__GetEvidenceFileResponse *piece, uint8_t *content,
                      size_t *size)
{
    bool fits = piece->evidence_file != NULL && piece->content.len > 0 &&
                piece->content.len <= FILE_BYTES_MAX - *size;
    if (!fits)
        return false;
    memcpy(content + *size, piece->content.data, piece->content.len);
    *size += piece->content.len;
    return true;
}

static bool is_as_told(const Identity__V1__EvidenceFile *file, struct bytes content)
{
    uint8_t hash[HASH_SIZE];
    char hex[2 * HASH_SIZE + 1];
    sha256(content.data, content.size, hash);
    return strcmp(bytes_to_hex(hash, sizeof hash, hex), file->sha256) == 0;
}

enum exit_code evidence_run_read(struct invocation *invocation)
{
    const Identity__V1__EvidenceFile *file = NULL;
    enum exit_code code = invocation_fill(invocation);
    uint8_t *content = arena_alloc(task_arena(invocation->task), FILE_BYTES_MAX);
    size_t size = 0;
    Identity__V1__GetEvidenceFileRequest *request = (void *)invocation->request;
    while (code == EXIT_DONE && (file == NULL || (int64_t)size < file->size_bytes)) {
        request->offset_bytes = (int64_t)size;
        code = invocation_call(invocation, SERVICE, "GetEvidenceFile", &request->base,
                               &invocation->response);
        const Identity__V1__GetEvidenceFileResponse *piece = (void *)invocation->response;
        if (code == EXIT_DONE && !add_piece(piece, content, &size))
            code = EXIT_UNAVAILABLE;
        if (code == EXIT_DONE)
            file = piece->evidence_file;
    }
    if (code != EXIT_DONE)
        return code;
    if (!is_as_told(file, (struct bytes){content, size})) {
        fputs("kontor: what arrived does not have the file's SHA-256\n", stderr);
        return EXIT_UNREPORTED;
    }
    return file_write(invocation_value(invocation, "output"), (struct bytes){content, size});
}
