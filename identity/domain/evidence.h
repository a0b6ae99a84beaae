/* Files that prove a submission, of a company or of a real name (ID-08, ID-18, ID-19): how many,
 * how long, of which form, taken in which pieces, and until when they are kept. */
#ifndef IDENTITY_DOMAIN_EVIDENCE_H
#define IDENTITY_DOMAIN_EVIDENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/base/refusal.h"
#include "runtime/base/text.h"

#define EVIDENCE_FILES_MAX 4
#define EVIDENCE_BYTES_MAX (INT64_C(4) * 1024 * 1024)
#define EVIDENCE_PIECE_BYTES (INT64_C(256) * 1024)

/* All files of an account that are kept at once, by the sizes that were told. */
#define EVIDENCE_ACCOUNT_BYTES_MAX (INT64_C(64) * 1024 * 1024)

/* After the decision they are deleted. */
#define EVIDENCE_KEPT_US (INT64_C(30) * 24 * 3600 * 1000000)

int64_t evidence_due_us(int64_t decided_us);

#define EVIDENCE_FORMS(X) X(PDF) X(JPEG) X(PNG)

#define EVIDENCE_FORM_ENUM(form) EVIDENCE_##form,
enum evidence_form { EVIDENCE_NONE, EVIDENCE_FORMS(EVIDENCE_FORM_ENUM) EVIDENCE_FORM_COUNT };

/* By the first bytes of a file; EVIDENCE_NONE: of no form that is taken. */
enum evidence_form evidence_form_of(struct bytes head);

/* "PDF"; and back, EVIDENCE_NONE for another text. */
const char *evidence_form_name(enum evidence_form form);
enum evidence_form evidence_form_named(const char *name);

#define EVIDENCE_REFUSALS(X)                                                                   \
    X(EVIDENCE_NOT_OWNER, NEVER, CODE_PERMISSION_DENIED, "NOT_OWN_SUBMISSION",                 \
      "Only the principal who opened the account may prove its submissions.")                  \
    X(EVIDENCE_FILES_LIMIT, NEVER, CODE_RESOURCE_EXHAUSTED, "EVIDENCE_FILES_LIMIT",            \
      "The submission has four files already.")                                                \
    X(EVIDENCE_LIMIT, NEVER, CODE_RESOURCE_EXHAUSTED, "EVIDENCE_LIMIT",                        \
      "The files of the account would be more than 64 MiB.")                                   \
    X(EVIDENCE_UNKNOWN, NEVER, CODE_NOT_FOUND, "EVIDENCE_NOT_FOUND", "There is no such file.") \
    X(EVIDENCE_WHOLE, NEVER, CODE_FAILED_PRECONDITION, "EVIDENCE_COMPLETE",                    \
      "The file is complete; nothing is added to it.")                                         \
    X(EVIDENCE_OFFSET, NEVER, CODE_FAILED_PRECONDITION, "EVIDENCE_OFFSET",                     \
      "The piece does not begin where the file ends so far.")                                  \
    X(EVIDENCE_PIECE, NEVER, CODE_INVALID_ARGUMENT, "EVIDENCE_PIECE",                          \
      "A piece has 262,144 bytes, the last one what is left of the file.")                     \
    X(EVIDENCE_FORM, NEVER, CODE_INVALID_ARGUMENT, "EVIDENCE_FORM",                            \
      "The file does not begin like a PDF, JPEG or PNG file.")                                 \
    X(EVIDENCE_DIFFERS, NEVER, CODE_FAILED_PRECONDITION, "EVIDENCE_DIFFERS",                   \
      "The file has other bytes at this place already.")                                       \
    X(EVIDENCE_HASH, NEVER, CODE_FAILED_PRECONDITION, "EVIDENCE_HASH",                         \
      "The whole file does not have the SHA-256 that was told.")                               \
    X(EVIDENCE_LOOK, NEVER, CODE_PERMISSION_DENIED, "LOOK_REQUIRED",                           \
      "You have no open look into the account.")                                               \
    X(EVIDENCE_DELETED, NEVER, CODE_FAILED_PRECONDITION, "EVIDENCE_DELETED",                   \
      "The file was deleted, 30 days after the decision.")                                     \
    X(EVIDENCE_INCOMPLETE, NEVER, CODE_FAILED_PRECONDITION, "EVIDENCE_INCOMPLETE",             \
      "The file has not arrived whole.")

enum evidence_verdict { EVIDENCE_ACCEPTED = 0, EVIDENCE_REFUSALS(REFUSAL_ENUM) };
const struct refusal *evidence_refusal(enum evidence_verdict verdict);

/* How much is kept already. */
struct evidence_room {
    size_t files;  /* of the submission */
    int64_t bytes; /* of the account */
};

/* Another file of size bytes. */
enum evidence_verdict evidence_begin_decide(const struct evidence_room *room, int64_t size);

/* How far a file is. */
struct evidence_progress {
    int64_t size;
    int64_t received;
    bool is_deleted;
};

bool evidence_is_complete(const struct evidence_progress *progress);

/* The next piece, or one that came before: *is_repeated, and its bytes must be the same. */
enum evidence_verdict evidence_piece_decide(const struct evidence_progress *progress,
                                            int64_t offset, size_t piece_size, bool *is_repeated);

/* A piece is read by who looks into the account. */
enum evidence_verdict evidence_read_decide(const struct evidence_progress *progress, bool has_look,
                                           int64_t offset);

#endif
