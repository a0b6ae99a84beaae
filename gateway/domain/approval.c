#include "gateway/domain/approval.h"

#include <assert.h>
#include <string.h>

static const struct refusal refusals[] = {APPROVAL_REFUSALS(REFUSAL_ROW)};

#define APPROVAL_STATE_NAME(state, name) [state] = (name),
static const char *const names[] = {APPROVAL_STATES(APPROVAL_STATE_NAME)};

const char *approval_state_name(enum approval_state state)
{
    assert(state > APPROVAL_NONE && state < APPROVAL_STATE_COUNT);
    return names[state];
}

enum approval_state approval_state_named(const char *name)
{
    int state = APPROVAL_NONE + 1;
    assert(name != NULL);
    while (state < APPROVAL_STATE_COUNT && strcmp(names[state], name) != 0)
        state++;
    return state < APPROVAL_STATE_COUNT ? (enum approval_state)state : APPROVAL_NONE;
}

enum approval_state approval_state_at(enum approval_state kept, int64_t expire_us, int64_t now_us)
{
    assert(expire_us > 0 && now_us > 0);
    return kept == APPROVAL_PENDING && expire_us <= now_us ? APPROVAL_EXPIRED : kept;
}

bool approval_is_stale(int64_t expire_us, int64_t now_us)
{
    assert(expire_us > 0 && now_us > 0);
    return now_us >= expire_us + APPROVAL_CARRY_US;
}

bool approval_may_move(enum approval_state from, enum approval_state to)
{
    assert(from < APPROVAL_STATE_COUNT && to < APPROVAL_STATE_COUNT);
    switch (from) {
    case APPROVAL_PENDING:
        return to == APPROVAL_APPROVED || to == APPROVAL_REJECTED || to == APPROVAL_CANCELLED ||
               to == APPROVAL_EXPIRED;
    case APPROVAL_APPROVED:
        return to == APPROVAL_EXECUTED || to == APPROVAL_FAILED || to == APPROVAL_CANCELLED ||
               to == APPROVAL_EXPIRED;
    default:
        return false;
    }
}

struct approval_notice approval_notice_of(int64_t before_it, int64_t hour_before)
{
    assert(before_it >= 0 && hour_before >= 0);
    bool is_first = before_it == 0;
    return (struct approval_notice){.is_told = before_it < APPROVAL_NOTICES_MAX,
                                    .is_last = before_it == APPROVAL_NOTICES_MAX - 1,
                                    .left_out = is_first && hour_before > APPROVAL_NOTICES_MAX
                                                    ? hour_before - APPROVAL_NOTICES_MAX
                                                    : 0};
}

enum approval_verdict approval_decide_rejection(const struct approval_facts *facts)
{
    assert(facts->state > APPROVAL_NONE && facts->state < APPROVAL_STATE_COUNT);
    if (facts->state != APPROVAL_PENDING)
        return APPROVAL_OVER;
    return facts->is_requester ? APPROVAL_SELF : APPROVAL_COUNTS;
}

static bool made(const struct approval_operator *maker, const struct approval_operator *other)
{
    size_t length = strlen(maker->principal_id);
    assert(length > 0 && other->makers != NULL);
    for (const char *word = other->makers; *word != '\0'; word += strspn(word, " ")) {
        size_t word_length = strcspn(word, " ");
        if (word_length == length && memcmp(word, maker->principal_id, length) == 0)
            return true;
        word += word_length;
    }
    return false;
}

bool approval_is_dependent(const struct approval_operator *one,
                           const struct approval_operator *other)
{
    assert(one->principal_id != NULL && other->principal_id != NULL);
    return strcmp(one->principal_id, other->principal_id) == 0 || made(one, other) ||
           made(other, one);
}

enum approval_verdict approval_decide(const struct approval_facts *facts)
{
    assert(facts->amount_micros >= 0);
    enum approval_verdict verdict = approval_decide_rejection(facts);
    if (verdict != APPROVAL_COUNTS)
        return verdict;
    if (facts->has_voted)
        return APPROVAL_AGAIN;
    if (!facts->may_act || (facts->roles_wanted != 0 && (facts->roles & facts->roles_wanted) == 0))
        return APPROVAL_ROLE;
    if (facts->is_appointed)
        return APPROVAL_APPOINTED;
    if (facts->is_dependent)
        return APPROVAL_DEPENDENT;
    if (ceiling_decide(&facts->bound, 0, facts->amount_micros) != CEILING_KEPT)
        return APPROVAL_CEILING;
    return facts->names_request ? APPROVAL_COUNTS : APPROVAL_HASH;
}

const struct refusal *approval_refusal(enum approval_verdict verdict)
{
    assert(verdict > APPROVAL_COUNTS && verdict <= APPROVAL_HASH);
    return &refusals[verdict - 1];
}
