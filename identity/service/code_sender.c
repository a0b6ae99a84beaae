#include "identity/service/code_sender.h"

#include <assert.h>
#include <string.h>

#include "identity/store/text_store.h"
#include "runtime/base/metrics.h"

#define CODE_SIZE (CODE_DIGITS + 1)
#define BLOCK_DIGITS 4 /* numbers that differ in these alone are of one block */

static struct metric code_total = {.name = "identity_code_total",
                                   .help = "Codes sent and guesses judged, by outcome.",
                                   .kind = METRIC_COUNTER,
                                   .labels = {"outcome"}};

/* One message in any case, so that nothing differs but its text. */
static enum failure take_message(struct mutation *mutation, const struct code_order *order,
                                 const char *code)
{
    struct id message_id;
    struct message_order message = {.delivery = order->delivery, .to = order->to};
    switch (order->letter) {
    case LETTER_CODE:
        message.subject = "Your Kontor code";
        message.text = arena_printf(
            call_arena(mutation->call),
            "Your Kontor code is %s. It is valid for 10 minutes. Tell it to nobody.", code);
        break;
    case LETTER_RESET:
        message.subject = "Your Kontor password";
        message.text = arena_printf(
            call_arena(mutation->call),
            "Your Kontor code to set a new password is %s. It is valid for 10 minutes. Tell it to "
            "nobody. If you did not ask for it, there is nothing to do.",
            code);
        break;
    case LETTER_REGISTERED:
        message.subject = "You already have a Kontor account";
        message.text = "Somebody, perhaps you, tried to sign up with this address or number, which "
                       "already has an account. "
                       "To use it, log in. If it was not you, there is nothing to do.";
        break;
    case LETTER_UNKNOWN:
        message.subject = "You have no Kontor account";
        message.text = "Somebody, perhaps you, asked for a code to log in with this address or "
                       "number, which has no account. "
                       "To open one, sign up. If it was not you, there is nothing to do.";
        break;
    }
    assert(message.text != NULL);
    return courier_take(mutation->transaction, &identity_of(mutation->call)->courier, &message,
                        mutation->now_us, &message_id);
}

/* Keeps a challenge and hands the message over; the same statements run in every case. */
static enum failure keep_and_send(struct mutation *mutation, const struct code_order *order,
                                  struct challenge_row *row)
{
    char code[CODE_SIZE];
    uint8_t mac[INDEX_SIZE];
    bool printed = text_print(code, sizeof code, "%06u", random_below(CODE_LIMIT));
    assert(printed);
    keys_code(&identity_of(mutation->call)->keys, order->subject_id, order->destination_index, code,
              mac);
    if (order->letter != LETTER_CODE && order->letter != LETTER_RESET)
        random_bytes(mac, sizeof mac);
    enum failure failure =
        challenge_store_put(mutation->transaction, order->subject_id, row, mac, &row->challenge_id);
    if (failure == FAILURE_NONE)
        failure = take_message(mutation, order, code);
    secret_wipe(code, sizeof code);
    return failure;
}

/* ---- the limits of who makes us send it (S10) ---- */

static struct bytes index_of(struct call *call, const char *kind, const char *name)
{
    return text_index(call, arena_printf(call_arena(call), "%s %s", kind, name));
}

struct bytes text_index_of_all(struct call *call)
{
    return index_of(call, "all", "");
}

static void add_phone_senders(struct call *call, const struct code_order *order,
                              struct text_senders *senders)
{
    size_t size = strlen(order->to);
    char *block =
        arena_strndup(call_arena(call), order->to, size > BLOCK_DIGITS ? size - BLOCK_DIGITS : 0);
    senders->subjects[TEXT_PHONE_OF_BLOCK] = index_of(call, "block", block);
    senders->subjects[TEXT_PHONE_OF_COUNTRY] = index_of(call, "country", order->country);
    senders->subjects[TEXT_PHONE_OF_ALL] = text_index_of_all(call);
}

static struct text_senders senders_of(const struct mutation *mutation,
                                      const struct code_order *order)
{
    struct text_senders senders = {.now_us = mutation->now_us};
    bool by_phone = order->delivery != DELIVERY_EMAIL;
    uint8_t *source = arena_alloc(call_arena(mutation->call), KEYED_HASH_SIZE);
    if (!id_is_nil(order->account_id) && by_phone)
        senders.subjects[TEXT_PHONE_OF_ACCOUNT] =
            (struct bytes){order->account_id.bytes, sizeof order->account_id.bytes};
    if (id_is_nil(order->account_id) && source_index(mutation->call, source))
        senders.subjects[by_phone ? TEXT_PHONE_OF_SOURCE : TEXT_EMAIL_OF_SOURCE] =
            (struct bytes){source, KEYED_HASH_SIZE};
    if (by_phone)
        add_phone_senders(mutation->call, order, &senders);
    return senders;
}

int text_refuse(struct call *call, const struct text_counted *counted)
{
    const struct text_limit *limit = &text_limits[counted->reached];
    metric_add(&code_total, text_refusal(counted->verdict)->reason, 1);
    return call_refuse_retry(call, text_refusal(counted->verdict),
                             REFUSAL_TERMS({"of", text_subject_name(limit->subject)}),
                             limit->window_us / 1000);
}

enum failure text_count(struct mutation *mutation, const struct code_order *order,
                        struct text_counted *counted)
{
    const struct text_senders senders = senders_of(mutation, order);
    int64_t sent[TEXT_LIMIT_COUNT];
    enum failure failure = text_store_count(mutation->transaction, &senders, sent);
    if (failure != FAILURE_NONE)
        return failure;
    counted->verdict =
        text_decide(sent, &identity_of(mutation->call)->text_budget, &counted->reached);
    return counted->verdict != TEXT_ACCEPTED
               ? FAILURE_NONE
               : text_store_insert(mutation->transaction, &senders, id_new(mutation->now_us));
}

static int count_text(struct mutation *mutation, const struct code_order *order)
{
    struct text_counted counted = {.reached = 0};
    int no = text_count(mutation, order, &counted);
    return no != 0 || counted.verdict == TEXT_ACCEPTED ? no : text_refuse(mutation->call, &counted);
}

static int decide_send(struct mutation *mutation, const struct code_order *order,
                       struct challenge_row *last)
{
    struct destination_sends sends;
    *last = (struct challenge_row){.destination_index = order->destination_index};
    int no = challenge_store_lock(mutation->transaction, order->subject_id, mutation->now_us, last,
                                  &sends);
    if (no != 0)
        return no;
    enum challenge_send_verdict verdict =
        challenge_send_decide(&last->challenge, &sends, mutation->now_us);
    if (verdict == SEND_ALREADY_VERIFIED)
        return call_refuse(mutation->call, challenge_send_refusal(verdict), NO_TERMS);
    if (verdict != SEND_ACCEPTED)
        return call_refuse_retry(
            mutation->call, challenge_send_refusal(verdict), NO_TERMS,
            challenge_send_wait_ms(verdict, &last->challenge, mutation->now_us));
    return count_text(mutation, order);
}

int code_send(struct mutation *mutation, const struct code_order *order, struct code_sent *sent)
{
    struct challenge_row last;
    int64_t now_us = mutation->now_us;
    assert(order->destination_index.size == INDEX_SIZE);
    int no = decide_send(mutation, order, &last);
    if (no != 0)
        return no;
    struct challenge_row row = {.challenge_id =
                                    last.challenge.exists ? last.challenge_id : id_new(now_us),
                                .challenge = challenge_sent(&last.challenge, now_us),
                                .channel = delivery_channel(order->delivery),
                                .destination_index = order->destination_index};
    no = keep_and_send(mutation, order, &row);
    if (no != 0)
        return no;
    metric_add(&code_total, "sent", 1);
    *sent = (struct code_sent){row.challenge_id, row.challenge.expires_us, now_us + CODE_RESEND_US};
    return 0;
}

/* ---- guesses ---- */

/* The guess is counted in a transaction of its own before the code is looked at (ID-11). */
static enum failure count_and_compare(const struct mutation *mutation,
                                      const struct code_typed *typed,
                                      const struct challenge_row *row, struct guess *guess)
{
    struct call *call = mutation->call;
    uint8_t expected[INDEX_SIZE], mac[INDEX_SIZE];
    enum failure failure = challenge_store_count_guess(identity_reader(call), row->challenge_id,
                                                       mutation->now_us, guess, expected);
    if (failure != FAILURE_NONE || !guess->counted)
        return failure;
    keys_code(&identity_of(call)->keys, typed->subject_id, row->destination_index, typed->code,
              mac);
    guess->matches = bytes_equal_secret(expected, mac, sizeof mac);
    return FAILURE_NONE;
}

int code_guess(struct mutation *mutation, const struct code_typed *typed, struct challenge_row *row)
{
    struct guess guess = {false, false, false};
    bool used = false;
    int no =
        challenge_store_read(mutation->transaction, typed->subject_id, typed->challenge_id, row);
    if (no == 0 && row->challenge.exists && !row->challenge.used)
        no = count_and_compare(mutation, typed, row, &guess);
    if (no != 0)
        return no;
    enum challenge_guess_verdict verdict =
        challenge_guess_decide(&row->challenge, &guess, mutation->now_us);
    if (verdict == GUESS_ACCEPTED) {
        no = challenge_store_use(mutation->transaction, row->challenge_id, mutation->now_us, &used);
        if (no != 0)
            return no;
        verdict = used ? GUESS_ACCEPTED : GUESS_USED;
    }
    if (verdict != GUESS_ACCEPTED) {
        metric_add(&code_total, challenge_guess_refusal(verdict)->reason, 1);
        return call_refuse(mutation->call, challenge_guess_refusal(verdict), NO_TERMS);
    }
    metric_add(&code_total, "right", 1);
    return 0;
}
