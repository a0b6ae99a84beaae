#include "identity/store/challenge_store.h"

#include <assert.h>
#include <string.h>

#include "identity/store/names.h"
#include "identity/store/queries.h"

static struct challenge challenge_of(const struct rows *rows)
{
    return (struct challenge){.exists = true,
                              .sent_us = row_time_us(rows, 0, 1),
                              .expires_us = row_time_us(rows, 0, 2),
                              .guesses = row_int64(rows, 0, 3),
                              .used = row_bool(rows, 0, 4)};
}

static enum failure lock_challenge(struct transaction *transaction, struct id subject_id,
                                   const uint8_t destination_index[INDEX_SIZE],
                                   struct challenge_row *row)
{
    struct rows rows;
    enum failure failure = transaction_query(
        transaction, &identity_query_lock_challenge,
        PARAMS(param_id(subject_id), param_bytes(destination_index, INDEX_SIZE)), &rows);
    if (failure == FAILURE_NONE && rows.count > 0) {
        row->challenge_id = row_id(&rows, 0, 0);
        row->challenge = challenge_of(&rows);
    }
    return failure;
}

static enum failure count_sends(struct transaction *transaction,
                                const uint8_t destination_index[INDEX_SIZE], int64_t now_us,
                                struct destination_sends *sends)
{
    struct rows rows;
    enum failure failure =
        transaction_query(transaction, &identity_query_count_sends,
                          PARAMS(param_bytes(destination_index, INDEX_SIZE),
                                 param_time(now_us - DESTINATION_SENDS_SHORT_US),
                                 param_time(now_us - DESTINATION_SENDS_LONG_US),
                                 param_time(now_us - DESTINATION_SENDS_MINUTE_US)),
                          &rows);
    if (failure == FAILURE_NONE)
        *sends = (struct destination_sends){.minute_count = row_int64(&rows, 0, 2),
                                            .short_count = row_int64(&rows, 0, 0),
                                            .long_count = row_int64(&rows, 0, 1)};
    return failure;
}

enum failure challenge_store_lock(struct transaction *transaction, struct id subject_id,
                                  const uint8_t destination_index[INDEX_SIZE], int64_t now_us,
                                  struct challenge_row *row, struct destination_sends *sends)
{
    *row = (struct challenge_row){.destination_index = {destination_index, INDEX_SIZE}};
    enum failure failure = lock_challenge(transaction, subject_id, destination_index, row);
    if (failure == FAILURE_NONE)
        failure = transaction_query(
            transaction, &identity_query_lock_destination,
            PARAMS(param_bytes(destination_index, INDEX_SIZE), param_time(now_us)), NULL);
    if (failure == FAILURE_NONE)
        failure = count_sends(transaction, destination_index, now_us, sends);
    return failure;
}

enum failure challenge_store_put(struct transaction *transaction, struct id subject_id,
                                 const struct challenge_row *row,
                                 const uint8_t code_mac[INDEX_SIZE], struct id *challenge_id)
{
    const struct challenge *challenge = &row->challenge;
    assert(row->destination_index.size == INDEX_SIZE && challenge->exists);
    struct param destination = param_bytes(row->destination_index.data, INDEX_SIZE);
    struct rows rows;
    enum failure failure = transaction_query(
        transaction, &identity_query_put_challenge,
        PARAMS(param_id(row->challenge_id), param_id(subject_id),
               param_text(channel_name(row->channel)), destination,
               param_bytes(code_mac, INDEX_SIZE), param_time(challenge->sent_us),
               param_time(challenge->expires_us), param_int64(challenge->guesses)),
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *challenge_id = row_id(&rows, 0, 0);
    return transaction_query(
        transaction, &identity_query_insert_send,
        PARAMS(destination, param_time(challenge->sent_us), param_id(*challenge_id)), NULL);
}

enum failure challenge_store_read(struct transaction *transaction, struct id subject_id,
                                  struct id challenge_id, struct challenge_row *row)
{
    *row = (struct challenge_row){.challenge.exists = false};
    struct rows rows;
    enum failure failure =
        transaction_query(transaction, &identity_query_read_challenge,
                          PARAMS(param_id(subject_id),
                                 id_is_nil(challenge_id) ? param_null() : param_id(challenge_id)),
                          &rows);
    if (failure == FAILURE_NONE && rows.count > 0)
        *row = (struct challenge_row){row_id(&rows, 0, 0), challenge_of(&rows),
                                      channel_named(row_text(&rows, 0, 5)), row_bytes(&rows, 0, 6)};
    return failure;
}

enum failure challenge_store_count_guess(struct reader reader, struct id challenge_id,
                                         int64_t now_us, struct guess *guess,
                                         uint8_t code_mac[INDEX_SIZE])
{
    struct rows rows;
    enum failure failure = database_query(
        reader, &identity_query_count_guess,
        PARAMS(param_id(challenge_id), param_time(now_us), param_int64(CODE_GUESSES_MAX),
               param_int64(DESTINATION_GUESSES_MAX), param_time(now_us - DESTINATION_GUESSES_US)),
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *guess = (struct guess){.counted = rows.count > 0};
    if (guess->counted) {
        guess->late = row_bool(&rows, 0, 1);
        struct bytes mac = row_bytes(&rows, 0, 0);
        assert(mac.size == INDEX_SIZE);
        memcpy(code_mac, mac.data, INDEX_SIZE);
    }
    return FAILURE_NONE;
}

enum failure challenge_store_use(struct transaction *transaction, struct id challenge_id,
                                 int64_t now_us, bool *used)
{
    struct rows rows;
    enum failure failure =
        transaction_query(transaction, &identity_query_use_challenge,
                          PARAMS(param_id(challenge_id), param_time(now_us)), &rows);
    if (failure == FAILURE_NONE)
        *used = rows.count > 0;
    return failure;
}
