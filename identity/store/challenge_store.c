#include "identity/store/challenge_store.h"

#include <assert.h>
#include <string.h>

#include "identity/store/names.h"
#include "identity/store/queries.h"

static enum failure lock_challenge(struct transaction *transaction, struct id subject_id,
                                   struct challenge_row *row)
{
    struct rows rows;
    enum failure failure = identity_lock_challenge(
        transaction,
        &(struct identity_lock_challenge){.subject_id = subject_id,
                                          .destination_index = row->destination_index},
        &rows);
    if (failure == FAILURE_NONE && rows.count > 0) {
        struct identity_lock_challenge_row found = identity_lock_challenge_row(&rows, 0);
        row->challenge_id = found.challenge_id;
        row->challenge = (struct challenge){.exists = true,
                                            .sent_us = found.sent_us,
                                            .expires_us = found.expire_us,
                                            .guesses = found.guesses,
                                            .used = found.used};
    }
    return failure;
}

static enum failure count_sends(struct transaction *transaction, struct bytes destination_index,
                                int64_t now_us, struct destination_sends *sends)
{
    struct rows rows;
    enum failure failure = identity_count_sends(
        transaction,
        &(struct identity_count_sends){.destination_index = destination_index,
                                       .short_start_us = now_us - DESTINATION_SENDS_SHORT_US,
                                       .long_start_us = now_us - DESTINATION_SENDS_LONG_US,
                                       .minute_start_us = now_us - DESTINATION_SENDS_MINUTE_US},
        &rows);
    if (failure == FAILURE_NONE) {
        struct identity_count_sends_row row = identity_count_sends_row(&rows, 0);
        *sends = (struct destination_sends){.minute_count = row.minute_count,
                                            .short_count = row.short_count,
                                            .long_count = row.long_count};
    }
    return failure;
}

enum failure challenge_store_lock(struct transaction *transaction, struct id subject_id,
                                  int64_t now_us, struct challenge_row *row,
                                  struct destination_sends *sends)
{
    assert(row->destination_index.size == INDEX_SIZE && !row->challenge.exists);
    enum failure failure = lock_challenge(transaction, subject_id, row);
    if (failure == FAILURE_NONE)
        failure = identity_lock_destination(
            transaction,
            &(struct identity_lock_destination){.destination_index = row->destination_index,
                                                .now_us = now_us},
            NULL);
    if (failure == FAILURE_NONE)
        failure = count_sends(transaction, row->destination_index, now_us, sends);
    return failure;
}

enum failure challenge_store_put(struct transaction *transaction, struct id subject_id,
                                 const struct challenge_row *row,
                                 const uint8_t code_mac[INDEX_SIZE], struct id *challenge_id)
{
    const struct challenge *challenge = &row->challenge;
    assert(row->destination_index.size == INDEX_SIZE && challenge->exists);
    struct rows rows;
    enum failure failure = identity_put_challenge(
        transaction,
        &(struct identity_put_challenge){.challenge_id = row->challenge_id,
                                         .subject_id = subject_id,
                                         .channel = channel_name(row->channel),
                                         .destination_index = row->destination_index,
                                         .code_mac = {code_mac, INDEX_SIZE},
                                         .sent_us = challenge->sent_us,
                                         .expire_us = challenge->expires_us,
                                         .guesses = challenge->guesses},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *challenge_id = identity_put_challenge_row(&rows, 0).challenge_id;
    return identity_insert_send(
        transaction,
        &(struct identity_insert_send){.destination_index = row->destination_index,
                                       .send_us = challenge->sent_us,
                                       .challenge_id = *challenge_id},
        NULL);
}

enum failure challenge_store_read(struct transaction *transaction, struct id subject_id,
                                  struct id challenge_id, struct challenge_row *row)
{
    *row = (struct challenge_row){.challenge.exists = false};
    struct rows rows;
    enum failure failure = identity_read_challenge(
        transaction,
        &(struct identity_read_challenge){.subject_id = subject_id, .challenge_id = challenge_id},
        &rows);
    if (failure == FAILURE_NONE && rows.count > 0) {
        struct identity_read_challenge_row found = identity_read_challenge_row(&rows, 0);
        *row = (struct challenge_row){found.challenge_id,
                                      {.exists = true,
                                       .sent_us = found.sent_us,
                                       .expires_us = found.expire_us,
                                       .guesses = found.guesses,
                                       .used = found.used},
                                      channel_named(found.channel),
                                      found.destination_index};
    }
    return failure;
}

enum failure challenge_store_count_guess(struct reader reader, struct id challenge_id,
                                         int64_t now_us, struct guess *guess,
                                         uint8_t code_mac[INDEX_SIZE])
{
    struct rows rows;
    enum failure failure = identity_count_guess_alone(
        reader,
        &(struct identity_count_guess){.challenge_id = challenge_id,
                                       .now_us = now_us,
                                       .guesses_max = CODE_GUESSES_MAX,
                                       .destination_guesses_max = DESTINATION_GUESSES_MAX,
                                       .window_start_us = now_us - DESTINATION_GUESSES_US},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *guess = (struct guess){.counted = rows.count > 0};
    if (guess->counted) {
        struct identity_count_guess_row row = identity_count_guess_row(&rows, 0);
        guess->late = row.late;
        assert(row.code_mac.size == INDEX_SIZE);
        memcpy(code_mac, row.code_mac.data, INDEX_SIZE);
    }
    return FAILURE_NONE;
}

enum failure challenge_store_use(struct transaction *transaction, struct id challenge_id,
                                 int64_t now_us, bool *used)
{
    struct rows rows;
    enum failure failure = identity_use_challenge(
        transaction,
        &(struct identity_use_challenge){.challenge_id = challenge_id, .use_us = now_us}, &rows);
    if (failure == FAILURE_NONE)
        *used = rows.count > 0;
    return failure;
}
