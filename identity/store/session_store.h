/* Sessions and log-ins: who logs in, who is slowed down, which sessions live (ID-34). */
#ifndef IDENTITY_STORE_SESSION_STORE_H
#define IDENTITY_STORE_SESSION_STORE_H

#include "identity/domain/session.h"
#include "runtime/database/database.h"

#define TOKEN_HASH_SIZE 32

struct principal {
    struct id principal_id;
    struct id account_id; /* its own, else the first it is a member of; nil: none */
    const char *password_hash;
    int64_t session_epoch; /* turned when all sessions are ended (ID-34) */
};

/* *exists is false for an unknown e-mail address. */
enum failure session_store_find_principal(struct reader reader, struct bytes email_index,
                                          struct principal *principal, bool *exists) must_check;

enum failure session_store_has_principal(struct transaction *transaction, struct bytes email_index,
                                         bool *exists) must_check;

/* A try to log in. Its lane is a device that the address has logged in from, else the source (S9).
 */
struct log_in_by {
    struct bytes email_index;
    uint8_t device[TOKEN_HASH_SIZE];
    uint8_t source[TOKEN_HASH_SIZE];
    bool device_known;
    bool source_known;
    bool source_told; /* the gateway said where the call comes from */
};

/* Reads which of both are known. */
enum failure session_store_know(struct reader reader, struct log_in_by *by,
                                int64_t now_us) must_check;

/* Counts a log-in as failed in a transaction of its own; *allowed is false while the lane has to
 * wait, until *wait_until_us. */
enum failure session_store_count_log_in(struct reader reader, const struct log_in_by *by,
                                        int64_t now_us, bool *allowed,
                                        int64_t *wait_until_us) must_check;

struct new_session {
    struct id session_id;
    struct id principal_id;
    uint8_t token_hash[TOKEN_HASH_SIZE];
    const char *device;
    const char *network;
    const char *password_hash; /* that was looked at */
    int64_t session_epoch;     /* the same */
    int64_t created_us;
};

/* Keeps the session, forgets the failures of the lane, and knows device and source from now on.
 * *opened is false, and nothing is kept, when the password was changed, or all sessions were
 * ended, meanwhile. */
enum failure session_store_open(struct transaction *transaction, const struct new_session *session,
                                const struct log_in_by *by, bool *opened) must_check;

/* Forgets the failures of the lane: a password was right. */
enum failure session_store_forgive(struct transaction *transaction,
                                   const struct log_in_by *by) must_check;

/* A session that was ended by its token; principal_id is nil when none was. */
struct logged_out {
    struct id principal_id;
    struct id session_id;
    struct id account_id; /* that it acted in by itself; nil: none */
};

/* Ends it, and notes it. */
enum failure session_store_log_out(struct transaction *transaction,
                                   const uint8_t token_hash[TOKEN_HASH_SIZE], const char *network,
                                   int64_t now_us, struct logged_out *out) must_check;
enum failure session_store_revoke(struct transaction *transaction, struct id principal_id,
                                  struct id session_id, int64_t now_us, bool *revoked) must_check;
/* But for one, if it is not nil. A proof on their devices counts for no log-in any more. */
enum failure session_store_revoke_others(struct transaction *transaction, struct id principal_id,
                                         struct id kept_session_id, int64_t now_us,
                                         int64_t *count) must_check;

struct live_session {
    struct id session_id;
    const char *device;
    const char *network;
    int64_t created_us;
    int64_t used_us;
};

struct live_sessions {
    struct live_session *items; /* lent by the task's arena */
    size_t count;
};

struct session_page {
    struct id principal_id;
    struct id before_id;
    size_t limit;
};

/* At most limit live sessions before one, newest first. */
enum failure session_store_list(struct reader reader, const struct session_page *page,
                                int64_t now_us, struct live_sessions *sessions) must_check;

/* data NULL: no name. */
enum failure session_store_set_name(struct transaction *transaction, struct id principal_id,
                                    struct bytes name_sealed) must_check;

#endif
