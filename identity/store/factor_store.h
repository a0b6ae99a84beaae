/* Factors, recovery codes and what was proved in a session (ID-32). */
#ifndef IDENTITY_STORE_FACTOR_STORE_H
#define IDENTITY_STORE_FACTOR_STORE_H

#include "identity/domain/factor.h"
#include "identity/store/session_store.h"

struct factor {
    struct id factor_id;
    enum factor_kind kind;
    const char *name;
    struct bytes secret_sealed; /* TOTP */
    struct bytes credential_id; /* WebAuthn, with the two below */
    struct bytes public_key;
    int64_t algorithm;
    int64_t created_us;
    int64_t used_us;    /* 0: never */
    int64_t removed_us; /* 0: it stays */
    bool counts;
};

struct factors {
    struct factor *items; /* lent by the task's arena */
    size_t count;
};

struct factor_page {
    struct id principal_id;
    struct id after_id;
    size_t limit;
};

/* Those that count, oldest first. */
enum failure factor_store_list(struct reader reader, const struct factor_page *page,
                               struct factors *factors) must_check;

enum failure factor_store_read(struct reader reader, struct id principal_id, struct id factor_id,
                               struct factor *factor, bool *exists) must_check;

/* ---- challenges of WebAuthn ---- */

struct webauthn_challenge {
    struct id session_id;
    const char *purpose; /* "ENROLL" or "PROVE" */
    struct bytes nonce;
    int64_t created_us;
};

enum failure factor_store_challenge(struct transaction *transaction,
                                    const struct webauthn_challenge *challenge) must_check;

/* Takes it away; nonce.data is NULL when there is none. */
enum failure factor_store_take_challenge(struct reader reader,
                                         struct webauthn_challenge *challenge) must_check;

/* A passkey that counts at once. *is_new is false when somebody has it. */
enum failure factor_store_insert_credential(struct transaction *transaction, struct id principal_id,
                                            const struct factor *factor, int64_t counter,
                                            bool *is_new) must_check;

/* ---- proofs ---- */

/* Counts a proof as wrong in a transaction of its own; *allowed is false while the principal has to
 * wait, and then *attempts says how long. */
enum failure factor_store_count_attempt(struct reader reader, struct id principal_id,
                                        int64_t now_us, bool *allowed,
                                        struct proof_attempts *attempts) must_check;

/* A proof that was right. */
struct factor_step {
    struct id principal_id;
    struct id factor_id;
    int64_t counter;
    bool waits; /* the factor's first proof, by which it counts */
    int64_t now_us;
};

/* *taken is false when the step, or a later one, was taken before. */
enum failure factor_store_use(struct transaction *transaction, const struct factor_step *step,
                              bool *taken) must_check;

/* Whether a recovery code is a principal's, used or not, and whether any is left. */
enum failure factor_store_know_recovery(struct reader reader, struct id principal_id,
                                        struct bytes code_mac, bool *known,
                                        bool *some_left) must_check;
enum failure factor_store_use_recovery(struct transaction *transaction, struct id principal_id,
                                       struct bytes code_mac, int64_t now_us,
                                       bool *taken) must_check;

/* The session steps up: its token is another from now on, and wrong proofs are forgiven. *lives is
 * false when it has ended. */
struct proved_session {
    struct bytes operation_hash; /* of the one thing that it was proved for; no data: anything */
    struct id session_id;
    struct id principal_id;
    uint8_t token_hash[TOKEN_HASH_SIZE];
    enum factor_kind kind;
    int64_t proved_us;
};

enum failure factor_store_prove(struct transaction *transaction,
                                const struct proved_session *session, bool *lives) must_check;

/* ---- changes, under the lock of the principal's factors ---- */

struct factor_lock {
    bool is_somebodys; /* false: there is no such principal */
    int64_t counting;
    int64_t sets_us; /* since when sets of recovery codes were made */
    int64_t sets;
};

enum failure factor_store_lock(struct transaction *transaction, struct id principal_id,
                               struct factor_lock *lock) must_check;
enum failure factor_store_insert(struct transaction *transaction, struct id principal_id,
                                 const struct factor *factor) must_check;
enum failure factor_store_delete(struct transaction *transaction, struct id principal_id,
                                 struct id factor_id) must_check;

/* *goes_us becomes the time that stands: an earlier one is kept. */
enum failure factor_store_remove_later(struct transaction *transaction, struct id principal_id,
                                       struct id factor_id, int64_t *goes_us) must_check;
enum failure factor_store_replace_recovery(struct transaction *transaction, struct id principal_id,
                                           const struct bytes macs[RECOVERY_CODES],
                                           int64_t now_us) must_check;

/* By what the session was stepped up last, and when (0: never). */
enum failure factor_store_read_proof(struct transaction *transaction, struct id session_id,
                                     struct id principal_id, enum factor_kind *kind,
                                     int64_t *proved_us) must_check;

/* The sealed e-mail address of a principal's own account; data NULL when it has none. */
enum failure factor_store_email(struct transaction *transaction, struct id principal_id,
                                struct bytes *sealed) must_check;

#endif
