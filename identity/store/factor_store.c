#include "identity/store/factor_store.h"

#include "identity/store/queries.h"

enum failure factor_store_list(struct reader reader, const struct factor_page *page,
                               struct factors *factors)
{
    struct rows rows;
    enum failure failure = identity_factor_list_alone(
        reader,
        &(struct identity_factor_list){.principal_id = page->principal_id,
                                       .after_id = page->after_id,
                                       .limit = (int64_t)page->limit},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    factors->count = rows.count;
    factors->items =
        arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof *factors->items);
    for (size_t i = 0; i < rows.count; i++) {
        struct identity_factor_list_row row = identity_factor_list_row(&rows, i);
        factors->items[i] = (struct factor){
            .factor_id = row.factor_id,
            .kind = factor_kind_find(row.kind),
            .name = row.name,
            .secret_sealed = row.secret_sealed,
            .credential_id = row.credential_id,
            .public_key = row.public_key,
            .algorithm = row.algorithm,
            .created_us = row.create_us,
            .used_us = row.use_us,
            .removed_us = row.remove_us,
            .counts = true,
        };
    }
    return FAILURE_NONE;
}

enum failure factor_store_read(struct reader reader, struct id principal_id, struct id factor_id,
                               struct factor *factor, bool *exists)
{
    struct rows rows;
    enum failure failure = identity_factor_read_alone(
        reader,
        &(struct identity_factor_read){.principal_id = principal_id, .factor_id = factor_id},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *exists = rows.count > 0;
    if (*exists) {
        struct identity_factor_read_row row = identity_factor_read_row(&rows, 0);
        *factor = (struct factor){
            .factor_id = factor_id,
            .kind = factor_kind_find(row.kind),
            .name = row.name,
            .secret_sealed = row.secret_sealed,
            .created_us = row.create_us,
            .counts = row.counts,
        };
    }
    return FAILURE_NONE;
}

/* ---- challenges of WebAuthn ---- */

enum failure factor_store_challenge(struct transaction *transaction,
                                    const struct webauthn_challenge *challenge)
{
    return identity_webauthn_challenge_put(
        transaction,
        &(struct identity_webauthn_challenge_put){.session_id = challenge->session_id,
                                                  .purpose = challenge->purpose,
                                                  .nonce = challenge->nonce,
                                                  .create_us = challenge->created_us},
        NULL);
}

enum failure factor_store_take_challenge(struct reader reader, struct webauthn_challenge *challenge)
{
    struct rows rows;
    enum failure failure = identity_webauthn_challenge_take_alone(
        reader,
        &(struct identity_webauthn_challenge_take){.session_id = challenge->session_id,
                                                   .purpose = challenge->purpose},
        &rows);
    challenge->nonce = (struct bytes){NULL, 0};
    if (failure == FAILURE_NONE && rows.count > 0) {
        struct identity_webauthn_challenge_take_row row =
            identity_webauthn_challenge_take_row(&rows, 0);
        challenge->nonce = row.nonce;
        challenge->created_us = row.create_us;
    }
    return failure;
}

enum failure factor_store_insert_credential(struct transaction *transaction, struct id principal_id,
                                            const struct factor *factor, int64_t counter,
                                            bool *is_new)
{
    struct rows rows;
    enum failure failure = identity_factor_insert_credential(
        transaction,
        &(struct identity_factor_insert_credential){.factor_id = factor->factor_id,
                                                    .principal_id = principal_id,
                                                    .name = factor->name,
                                                    .credential_id = factor->credential_id,
                                                    .public_key = factor->public_key,
                                                    .algorithm = factor->algorithm,
                                                    .counter = counter,
                                                    .create_us = factor->created_us},
        &rows);
    *is_new = failure == FAILURE_NONE && rows.count > 0;
    return failure;
}

/* ---- proofs ---- */

static enum failure read_attempts(struct reader reader, struct id principal_id,
                                  struct proof_attempts *attempts)
{
    struct rows rows;
    enum failure failure = identity_factor_read_attempts_alone(
        reader, &(struct identity_factor_read_attempts){.principal_id = principal_id}, &rows);
    if (failure == FAILURE_NONE && rows.count > 0) {
        struct identity_factor_read_attempts_row row = identity_factor_read_attempts_row(&rows, 0);
        *attempts = (struct proof_attempts){row.wait_us, row.day_failures, row.day_us};
    }
    return failure;
}

enum failure factor_store_count_attempt(struct reader reader, struct id principal_id,
                                        int64_t now_us, bool *allowed,
                                        struct proof_attempts *attempts)
{
    int64_t waits_us[LOG_IN_FAILURES_TABLE];
    struct rows rows;
    for (int64_t failures = 1; failures <= LOG_IN_FAILURES_TABLE; failures++)
        waits_us[failures - 1] = log_in_wait_us(failures);
    *attempts = (struct proof_attempts){.wait_us = now_us};
    enum failure failure = identity_factor_count_attempt_alone(
        reader,
        &(struct identity_factor_count_attempt){.principal_id = principal_id,
                                                .now_us = now_us,
                                                .waits = {waits_us, LOG_IN_FAILURES_TABLE},
                                                .day_start_us = now_us - PROOF_DAY_US,
                                                .day_max = PROOF_DAY_MAX},
        &rows);
    *allowed = failure == FAILURE_NONE && rows.count > 0;
    if (failure == FAILURE_NONE && !*allowed)
        failure = read_attempts(reader, principal_id, attempts);
    return failure;
}

enum failure factor_store_use(struct transaction *transaction, const struct factor_step *step,
                              bool *taken)
{
    struct rows rows;
    enum failure failure =
        identity_factor_use(transaction,
                            &(struct identity_factor_use){.principal_id = step->principal_id,
                                                          .factor_id = step->factor_id,
                                                          .counter = step->counter,
                                                          .use_us = step->now_us,
                                                          .waits = step->waits},
                            &rows);
    *taken = failure == FAILURE_NONE && rows.count > 0;
    return failure;
}

enum failure factor_store_know_recovery(struct reader reader, struct id principal_id,
                                        struct bytes code_mac, bool *known, bool *some_left)
{
    struct rows rows;
    enum failure failure = identity_recovery_code_any_alone(
        reader,
        &(struct identity_recovery_code_any){.principal_id = principal_id, .code_mac = code_mac},
        &rows);
    if (failure == FAILURE_NONE) {
        struct identity_recovery_code_any_row row = identity_recovery_code_any_row(&rows, 0);
        *known = row.known;
        *some_left = row.some_left;
    }
    return failure;
}

enum failure factor_store_use_recovery(struct transaction *transaction, struct id principal_id,
                                       struct bytes code_mac, int64_t now_us, bool *taken)
{
    struct rows rows;
    enum failure failure = identity_recovery_code_use(
        transaction,
        &(struct identity_recovery_code_use){
            .principal_id = principal_id, .code_mac = code_mac, .use_us = now_us},
        &rows);
    *taken = failure == FAILURE_NONE && rows.count > 0;
    return failure;
}

enum failure factor_store_prove(struct transaction *transaction,
                                const struct proved_session *session, bool *lives)
{
    struct rows rows;
    enum failure failure = identity_session_prove(
        transaction,
        &(struct identity_session_prove){.session_id = session->session_id,
                                         .principal_id = session->principal_id,
                                         .token_hash = {session->token_hash, TOKEN_HASH_SIZE},
                                         .mfa_us = session->proved_us,
                                         .mfa_kind = factor_kind_name(session->kind),
                                         .mfa_operation_hash = session->operation_hash},
        &rows);
    *lives = failure == FAILURE_NONE && rows.count > 0;
    if (failure == FAILURE_NONE)
        failure = identity_factor_forgive_attempts(
            transaction,
            &(struct identity_factor_forgive_attempts){.principal_id = session->principal_id},
            NULL);
    return failure;
}

/* ---- changes ---- */

enum failure factor_store_lock(struct transaction *transaction, struct id principal_id,
                               struct factor_lock *lock)
{
    struct rows rows, counted;
    enum failure failure = identity_factor_lock(
        transaction, &(struct identity_factor_lock){.principal_id = principal_id}, &rows);
    if (failure == FAILURE_NONE)
        failure = identity_factor_count(
            transaction, &(struct identity_factor_count){.principal_id = principal_id}, &counted);
    *lock = (struct factor_lock){0};
    if (failure == FAILURE_NONE && rows.count > 0) {
        struct identity_factor_lock_row row = identity_factor_lock_row(&rows, 0);
        *lock = (struct factor_lock){true, identity_factor_count_row(&counted, 0).counting,
                                     row.sets_us, row.sets};
    }
    return failure;
}

enum failure factor_store_insert(struct transaction *transaction, struct id principal_id,
                                 const struct factor *factor)
{
    return identity_factor_insert(
        transaction,
        &(struct identity_factor_insert){.factor_id = factor->factor_id,
                                         .principal_id = principal_id,
                                         .kind = factor_kind_name(factor->kind),
                                         .name = factor->name,
                                         .secret_sealed = factor->secret_sealed,
                                         .create_us = factor->created_us},
        NULL);
}

enum failure factor_store_delete(struct transaction *transaction, struct id principal_id,
                                 struct id factor_id)
{
    return identity_factor_delete(
        transaction,
        &(struct identity_factor_delete){.principal_id = principal_id, .factor_id = factor_id},
        NULL);
}

enum failure factor_store_remove_later(struct transaction *transaction, struct id principal_id,
                                       struct id factor_id, int64_t *goes_us)
{
    struct rows rows;
    enum failure failure = identity_factor_remove_later(
        transaction,
        &(struct identity_factor_remove_later){
            .principal_id = principal_id, .factor_id = factor_id, .remove_us = *goes_us},
        &rows);
    if (failure == FAILURE_NONE && rows.count > 0)
        *goes_us = identity_factor_remove_later_row(&rows, 0).remove_us;
    return failure;
}

enum failure factor_store_replace_recovery(struct transaction *transaction, struct id principal_id,
                                           const struct bytes macs[RECOVERY_CODES], int64_t now_us)
{
    return identity_recovery_code_replace(
        transaction,
        &(struct identity_recovery_code_replace){.principal_id = principal_id,
                                                 .code_macs = {macs, RECOVERY_CODES},
                                                 .now_us = now_us,
                                                 .day_start_us = now_us - PROOF_DAY_US},
        NULL);
}

enum failure factor_store_read_proof(struct transaction *transaction, struct id session_id,
                                     struct id principal_id, enum factor_kind *kind,
                                     int64_t *proved_us)
{
    struct rows rows;
    enum failure failure =
        identity_session_read_proof(transaction,
                                    &(struct identity_session_read_proof){
                                        .session_id = session_id, .principal_id = principal_id},
                                    &rows);
    *kind = FACTOR_NONE;
    *proved_us = 0;
    if (failure == FAILURE_NONE && rows.count > 0) {
        struct identity_session_read_proof_row row = identity_session_read_proof_row(&rows, 0);
        *kind = factor_kind_find(row.mfa_kind);
        *proved_us = row.mfa_us;
    }
    return failure;
}

enum failure factor_store_email(struct transaction *transaction, struct id principal_id,
                                struct bytes *sealed)
{
    struct rows rows;
    enum failure failure = identity_principal_email(
        transaction, &(struct identity_principal_email){.principal_id = principal_id}, &rows);
    *sealed = (struct bytes){NULL, 0};
    if (failure == FAILURE_NONE && rows.count > 0)
        *sealed = identity_principal_email_row(&rows, 0).sealed;
    return failure;
}
