/* Sign-ups and codes on a real PostgreSQL: an account is opened whole or not at all whatever
 * statement fails, and a code is guessed five times however many try at once (ID-11, ID-17). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "identity/store/account_store.h"
#include "identity/store/challenge_store.h"
#include "identity/store/queries.h"
#include "identity/store/sign_up_store.h"
#include "identity/store/sweep_store.h"
#include "tests/support/test_database.h"
#include "tests/support/test_loop.h"

#define NOW INT64_C(1800000000000000)
#define GUESSERS 40
#define assert_none(failure) assert_string_equal(failure_name(failure), "FAILURE_NONE")

static const struct query count_people = {
    "count_people",
    "SELECT count(*), (SELECT count(*) FROM account), (SELECT count(*) FROM role_grant),"
    " (SELECT count(*) FROM accepted_terms) FROM principal"};

static struct database *open_database(struct task *task)
{
    const struct database_settings settings = {.url =
                                                   secret_wrap(test_database_url("identity_store")),
                                               .schema = "identity",
                                               .connections_shared = 2,
                                               .connections_exclusive = 4,
                                               .statement_timeout_ms = 10000,
                                               .wait_max_ms = 10000};
    assert_none(database_migrate(task, &settings, identity_migrations));
    struct database *database = database_new(task_loop(task), &settings);
    assert_non_null(database);
    return database;
}

static struct sign_up a_sign_up(uint8_t person)
{
    static uint8_t indexes[256][INDEX_SIZE];
    memset(indexes[person], person, INDEX_SIZE);
    return (struct sign_up){.sign_up_id = id_new(NOW),
                            .country = "CN",
                            .channel = CHANNEL_EMAIL,
                            .email_sealed = {(const uint8_t *)"sealed", 6},
                            .email_index = {indexes[person], INDEX_SIZE},
                            .password_hash = "hash",
                            .terms_versions = {"1", "2", "3", "4"},
                            .entry = {ENTRY_DIRECT, ""},
                            .created_us = NOW};
}

static enum failure insert(struct transaction *transaction, void *argument)
{
    return sign_up_store_insert(transaction, argument);
}

struct opening {
    struct id sign_up_id;
    bool opened;
};

static enum failure open_account(struct transaction *transaction, void *argument)
{
    struct opening *opening = argument;
    struct sign_up sign_up;
    bool exists = false;
    enum failure failure = sign_up_store_lock(transaction, opening->sign_up_id, &sign_up, &exists);
    if (failure != FAILURE_NONE)
        return failure;
    assert_true(exists);
    assert_string_equal(sign_up.terms_versions[TERMS_USE], "4");
    const struct new_account account = {id_new(NOW), id_new(NOW), NOW};
    return sign_up_store_open_account(transaction, &sign_up, &account, &opening->opened);
}

static int64_t people(struct task *task, struct database *database)
{
    struct rows rows;
    assert_none(database_query(reader_of(task, database), &count_people, NO_PARAMS, &rows));
    assert_int_equal(row_int64(&rows, 0, 0), row_int64(&rows, 0, 1));
    assert_int_equal(row_int64(&rows, 0, 0), row_int64(&rows, 0, 2));
    assert_int_equal(row_int64(&rows, 0, 0) * TERMS_COUNT, row_int64(&rows, 0, 3));
    return row_int64(&rows, 0, 0);
}

static void opened_whole_or_not_at_all(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = open_database(task);
    struct sign_up sign_up = a_sign_up(1);
    struct opening opening = {.sign_up_id = sign_up.sign_up_id};
    assert_none(database_transact(task, database, ISOLATION_READ_COMMITTED, insert, &sign_up));
    int64_t before = people(task, database);
    unsigned long nth = 0;
    enum failure failure = FAILURE_UNAVAILABLE;
    while (failure != FAILURE_NONE) {
        assert_true(++nth < 10);
        assert_int_equal(people(task, database), before);
        database_fail_nth(nth, FAILURE_UNAVAILABLE);
        failure =
            database_transact(task, database, ISOLATION_READ_COMMITTED, open_account, &opening);
        database_fail_nth(0, FAILURE_NONE);
    }
    assert_true(nth > 4);
    assert_true(opening.opened);
    assert_int_equal(people(task, database), before + 1);
    database_free(database);
}

/* ID-17: the second sign-up of an address finds it taken, and leaves nothing. */
static void an_address_has_one_account(struct task *task, void *argument)
{
    (void)argument;
    struct database *database = open_database(task);
    struct sign_up first = a_sign_up(2), second = a_sign_up(2);
    struct opening one = {.sign_up_id = first.sign_up_id}, two = {.sign_up_id = second.sign_up_id};
    assert_none(database_transact(task, database, ISOLATION_READ_COMMITTED, insert, &first));
    assert_none(database_transact(task, database, ISOLATION_READ_COMMITTED, insert, &second));
    assert_none(database_transact(task, database, ISOLATION_READ_COMMITTED, open_account, &one));
    int64_t before = people(task, database);
    assert_none(database_transact(task, database, ISOLATION_READ_COMMITTED, open_account, &two));
    assert_true(one.opened);
    assert_false(two.opened);
    assert_int_equal(people(task, database), before);
    database_free(database);
}

static const struct query count_sign_ups = {"count_sign_ups",
                                            "SELECT count(*) FROM sign_up WHERE sign_up_id = $1"};

static int64_t sign_ups(struct task *task, struct database *database, struct id sign_up_id)
{
    struct rows rows;
    assert_none(database_query(reader_of(task, database), &count_sign_ups,
                               PARAMS(param_id(sign_up_id)), &rows));
    return row_int64(&rows, 0, 0);
}

static void forgotten_after_two_days_unless_an_account(struct task *task, void *argument)
{
    (void)argument;
    const int64_t two_days_us = INT64_C(48) * 3600 * 1000000;
    struct database *database = open_database(task);
    struct sign_up left = a_sign_up(3), verified = a_sign_up(4);
    struct opening opening = {.sign_up_id = verified.sign_up_id};
    assert_none(database_transact(task, database, ISOLATION_READ_COMMITTED, insert, &left));
    assert_none(database_transact(task, database, ISOLATION_READ_COMMITTED, insert, &verified));
    assert_none(
        database_transact(task, database, ISOLATION_READ_COMMITTED, open_account, &opening));
    assert_none(sweep_store_run(reader_of(task, database), NOW + two_days_us));
    assert_int_equal(sign_ups(task, database, left.sign_up_id), 1);
    assert_none(sweep_store_run(reader_of(task, database), NOW + two_days_us + 1));
    assert_int_equal(sign_ups(task, database, left.sign_up_id), 0);
    assert_int_equal(sign_ups(task, database, verified.sign_up_id), 1);
    database_free(database);
}

static const struct query keep_messages = {
    "keep_messages", "INSERT INTO message (message_id, delivery, state, next_time) "
                     "SELECT gen_random_uuid(), 'SMS', 'DELIVERED', $1::timestamptz"};
static const struct query keep_open_message = {
    "keep_open_message", "INSERT INTO message (message_id, delivery, destination, body, next_time) "
                         "SELECT gen_random_uuid(), 'SMS', 'x', 'x', $1::timestamptz"};
static const struct query count_messages = {"count_messages", "SELECT count(*) FROM message"};

static int64_t messages(struct task *task, struct database *database)
{
    struct rows rows;
    assert_none(database_query(reader_of(task, database), &count_messages, NO_PARAMS, &rows));
    return row_int64(&rows, 0, 0);
}

/* A message that ended is forgotten after 400 days; one that is still to be sent never. */
static void messages_are_forgotten_when_they_ended_long_ago(struct task *task, void *argument)
{
    (void)argument;
    const int64_t kept_us = INT64_C(400) * 24 * 3600 * 1000000;
    struct database *database = open_database(task);
    int64_t before = messages(task, database);
    assert_none(
        database_query(reader_of(task, database), &keep_messages, PARAMS(param_time(NOW)), NULL));
    assert_none(database_query(reader_of(task, database), &keep_open_message,
                               PARAMS(param_time(NOW)), NULL));
    assert_none(sweep_store_run(reader_of(task, database), NOW + kept_us));
    assert_int_equal(messages(task, database), before + 2);
    assert_none(sweep_store_run(reader_of(task, database), NOW + kept_us + 1));
    assert_int_equal(messages(task, database), before + 1);
    database_free(database);
}

static const struct query keep_invitation = {
    "keep_invitation",
    "INSERT INTO customer_invitation (invitation_id, agent_account_id, channel, contact_sealed, "
    "contact_index, permissions, settlement_mode, price_book, invoice_recipient, shutdown_policy, "
    "agent_purchases, offer_hash, invited_by, create_time, token_hash, message_id, send_time) "
    "SELECT gen_random_uuid(), account_id, 'EMAIL', 'x', 'x', '', 'ALLOCATION', '', 'CUSTOMER', "
    "'NONE', false, '', principal_id, $1::timestamptz, 'x', gen_random_uuid(), $1::timestamptz "
    "FROM account LIMIT 1"};
static const struct query count_invitations = {"count_invitations",
                                               "SELECT count(*) FROM customer_invitation"};

static int64_t customer_invitations(struct task *task, struct database *database)
{
    struct rows rows;
    assert_none(database_query(reader_of(task, database), &count_invitations, NO_PARAMS, &rows));
    return row_int64(&rows, 0, 0);
}

/* ID-21: an address or number is kept for 120 days after it was written to last. */
static void whom_a_partner_invited_is_forgotten(struct task *task, void *argument)
{
    (void)argument;
    const int64_t kept_us = INT64_C(120) * 24 * 3600 * 1000000;
    struct database *database = open_database(task);
    struct sign_up partner = a_sign_up(5);
    struct opening opening = {.sign_up_id = partner.sign_up_id};
    assert_none(database_transact(task, database, ISOLATION_READ_COMMITTED, insert, &partner));
    assert_none(
        database_transact(task, database, ISOLATION_READ_COMMITTED, open_account, &opening));
    assert_none(
        database_query(reader_of(task, database), &keep_invitation, PARAMS(param_time(NOW)), NULL));
    assert_none(sweep_store_run(reader_of(task, database), NOW + kept_us));
    assert_int_equal(customer_invitations(task, database), 1);
    assert_none(sweep_store_run(reader_of(task, database), NOW + kept_us + 1));
    assert_int_equal(customer_invitations(task, database), 0);
    database_free(database);
}

/* ---- guesses ---- */

struct guessing {
    struct database *database;
    struct id subject_id;
    struct challenge_row row;
    int64_t now_us;
    uint8_t destination[INDEX_SIZE];
    int counted;
    int late;
    int running;
    struct event ended;
};

static enum failure put_challenge(struct transaction *transaction, void *argument)
{
    struct guessing *guessing = argument;
    struct destination_sends sends;
    struct challenge_row last = {.destination_index = {guessing->destination, INDEX_SIZE}};
    static const uint8_t mac[INDEX_SIZE] = {7};
    enum failure failure =
        challenge_store_lock(transaction, guessing->subject_id, guessing->now_us, &last, &sends);
    assert_none(failure);
    guessing->row = (struct challenge_row){
        .challenge_id = last.challenge.exists ? last.challenge_id : id_new(NOW),
        .challenge = challenge_sent(&last.challenge, guessing->now_us),
        .channel = CHANNEL_EMAIL,
        .destination_index = {guessing->destination, INDEX_SIZE}};
    return challenge_store_put(transaction, guessing->subject_id, &guessing->row, mac,
                               &guessing->row.challenge_id);
}

static void guess_once(struct task *task, void *argument)
{
    struct guessing *guessing = argument;
    struct guess guess = {false, false, false};
    uint8_t mac[INDEX_SIZE] = {0};
    assert_none(challenge_store_count_guess(reader_of(task, guessing->database),
                                            guessing->row.challenge_id, guessing->now_us, &guess,
                                            mac));
    assert_int_equal(mac[0], guess.counted ? 7 : 0);
    guessing->counted += guess.counted;
    guessing->late += guess.late;
    if (--guessing->running == 0)
        event_signal(&guessing->ended);
}

static void guess_at_once(struct task *task, struct guessing *guessing)
{
    guessing->counted = guessing->late = 0;
    guessing->running = GUESSERS;
    for (int i = 0; i < GUESSERS; i++)
        assert_none(loop_spawn(task_loop(task), NULL, guess_once, guessing));
    assert_none(task_wait(task, &guessing->ended));
}

static void five_guesses_whoever_tries(struct task *task, void *argument)
{
    (void)argument;
    struct guessing guessing = {.database = open_database(task),
                                .subject_id = id_new(NOW),
                                .now_us = NOW,
                                .destination = {9}};
    assert_none(database_transact(task, guessing.database, ISOLATION_READ_COMMITTED, put_challenge,
                                  &guessing));
    guess_at_once(task, &guessing);
    assert_int_equal(guessing.counted, CODE_GUESSES_MAX);
    guessing.now_us += CODE_RESEND_US;
    assert_none(database_transact(task, guessing.database, ISOLATION_READ_COMMITTED, put_challenge,
                                  &guessing));
    guess_at_once(task, &guessing);
    assert_int_equal(guessing.counted, 0);
    database_free(guessing.database);
}

/* Four sign-ups to one destination use its twenty guesses of a day up; the fifth gets its first
 * alone, which is late (S9). */
static void twenty_guesses_a_day_for_a_destination(struct task *task, void *argument)
{
    (void)argument;
    struct guessing guessing = {
        .database = open_database(task), .now_us = NOW, .destination = {10}};
    for (int sign_up = 1; sign_up <= 5; sign_up++) {
        guessing.subject_id = id_new(NOW);
        assert_none(database_transact(task, guessing.database, ISOLATION_READ_COMMITTED,
                                      put_challenge, &guessing));
        guess_at_once(task, &guessing);
        assert_int_equal(guessing.counted, sign_up <= 4 ? CODE_GUESSES_MAX : 1);
        assert_int_equal(guessing.late, sign_up <= 4 ? 0 : 1);
    }
    database_free(guessing.database);
}

#define TASK_TEST(name)                   \
    static void test_##name(void **state) \
    {                                     \
        (void)state;                      \
        test_in_task(name, NULL);         \
    }

TASK_TEST(opened_whole_or_not_at_all)
TASK_TEST(an_address_has_one_account)
TASK_TEST(forgotten_after_two_days_unless_an_account)
TASK_TEST(messages_are_forgotten_when_they_ended_long_ago)
TASK_TEST(whom_a_partner_invited_is_forgotten)
TASK_TEST(five_guesses_whoever_tries)
TASK_TEST(twenty_guesses_a_day_for_a_destination)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_opened_whole_or_not_at_all),
        cmocka_unit_test(test_an_address_has_one_account),
        cmocka_unit_test(test_forgotten_after_two_days_unless_an_account),
        cmocka_unit_test(test_messages_are_forgotten_when_they_ended_long_ago),
        cmocka_unit_test(test_whom_a_partner_invited_is_forgotten),
        cmocka_unit_test(test_five_guesses_whoever_tries),
        cmocka_unit_test(test_twenty_guesses_a_day_for_a_destination),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
