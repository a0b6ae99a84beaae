/* Files that prove submissions: sealed pieces, and the sealed key of a submission's files. */
#ifndef IDENTITY_STORE_EVIDENCE_STORE_H
#define IDENTITY_STORE_EVIDENCE_STORE_H

#include "identity/domain/evidence.h"
#include "runtime/database/database.h"

struct evidence_file {
    struct id evidence_file_id;
    struct id submission_id;
    struct id account_id;
    enum evidence_form form; /* EVIDENCE_NONE before the first piece */
    struct evidence_progress progress;
    struct bytes sha256;      /* as it was told */
    struct bytes hash_sealed; /* of what has arrived; data NULL once it is complete */
    int64_t begun_us;
    int64_t completed_us; /* 0: not yet */
    int64_t deleted_us;   /* 0: it is kept */
};

struct evidence_files {
    struct evidence_file *items; /* lent by the task's arena */
    size_t count;
};

/* How much is kept, of the submission and of the account. */
enum failure evidence_store_read_room(struct transaction *transaction, struct id account_id,
                                      struct id submission_id,
                                      struct evidence_room *room) must_check;

/* The sealed key of a submission: the fresh one unless there is one. */
enum failure evidence_store_take_key(struct transaction *transaction, struct id submission_id,
                                     struct bytes fresh_sealed,
                                     struct bytes *key_sealed) must_check;
/* data NULL: there is none. */
enum failure evidence_store_read_key(struct reader reader, struct id submission_id,
                                     struct bytes *key_sealed) must_check;

enum failure evidence_store_begin(struct transaction *transaction, const struct evidence_file *file,
                                  struct id principal_id) must_check;

/* The one that is kept of the same submission, hash and size. */
enum failure evidence_store_find(struct transaction *transaction, const struct evidence_file *told,
                                 struct evidence_file *file, bool *exists) must_check;

enum failure evidence_store_read(struct transaction *transaction, struct id evidence_file_id,
                                 struct evidence_file *file, bool *exists) must_check;
/* The same after locking it. */
enum failure evidence_store_lock(struct transaction *transaction, struct id evidence_file_id,
                                 struct evidence_file *file, bool *exists) must_check;

/* Keeps the piece that ends at the file's progress, as the file is with it. */
enum failure evidence_store_append(struct transaction *transaction,
                                   const struct evidence_file *file, int64_t offset,
                                   struct bytes content_sealed) must_check;

/* data NULL: there is none. */
enum failure evidence_store_read_piece(struct reader reader, struct id evidence_file_id,
                                       int64_t offset, struct bytes *content_sealed) must_check;
enum failure evidence_store_read_piece_in(struct transaction *transaction,
                                          struct id evidence_file_id, int64_t offset,
                                          struct bytes *content_sealed) must_check;

/* Takes a file back, before the decision: nothing of it stays. */
enum failure evidence_store_remove(struct transaction *transaction,
                                   const struct evidence_file *file) must_check;

/* A submission was decided: its files are due then. And one that is due is deleted. */
enum failure evidence_store_decide(struct transaction *transaction, struct id submission_id,
                                   int64_t due_us) must_check;
enum failure evidence_store_delete(struct transaction *transaction,
                                   const struct evidence_file *file, int64_t now_us) must_check;

struct evidence_due {
    struct id evidence_file_id;
    struct id account_id;
    int64_t due_us;
};

enum failure evidence_store_list_due(struct reader reader, int64_t now_us, size_t limit,
                                     struct evidence_due **due, size_t *count) must_check;

struct evidence_filter {
    struct id submission_id;
    struct id account_id; /* nil: of whatever account */
    struct id before_id;
    size_t limit;
};

enum failure evidence_store_list(struct reader reader, const struct evidence_filter *filter,
                                 struct evidence_files *files) must_check;

/* Notes that a file is read under a look; *is_first: it was not before. */
enum failure evidence_store_note_reading(struct transaction *transaction,
                                         struct id evidence_file_id, struct id look_id,
                                         bool *is_first) must_check;

#endif
