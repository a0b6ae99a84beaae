/* How many messages with codes and notices may be sent, by who makes us send them (S10): to flood
 * one person is what ID-11 stops; this stops floods of many people and numbers that earn with every
 * text message they get. */
#ifndef IDENTITY_DOMAIN_TEXT_LIMIT_H
#define IDENTITY_DOMAIN_TEXT_LIMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/base/refusal.h"

#define TEXT_MINUTE_US (INT64_C(60) * 1000000)
#define TEXT_HOUR_US (60 * TEXT_MINUTE_US)
#define TEXT_DAY_US (24 * TEXT_HOUR_US)

/* The senders and receivers that are counted. A number's block is the number without its last four
 * digits. */
#define TEXT_SUBJECTS(X)                         \
    X(TEXT_EMAIL_OF_SOURCE, "EMAIL_OF_SOURCE")   \
    X(TEXT_PHONE_OF_SOURCE, "PHONE_OF_SOURCE")   \
    X(TEXT_EMAIL_OF_ACCOUNT, "EMAIL_OF_ACCOUNT") \
    X(TEXT_PHONE_OF_ACCOUNT, "PHONE_OF_ACCOUNT") \
    X(TEXT_PHONE_OF_BLOCK, "PHONE_OF_BLOCK")     \
    X(TEXT_PHONE_OF_COUNTRY, "PHONE_OF_COUNTRY") \
    X(TEXT_PHONE_OF_ALL, "PHONE_OF_ALL")

#define TEXT_MEMBER(member, text) member,
enum text_subject { TEXT_SUBJECTS(TEXT_MEMBER) TEXT_SUBJECT_COUNT };
#undef TEXT_MEMBER

/* Subject, how many within how long; sources are those of people who have not logged in.
 * EMAIL_OF_ACCOUNT counts notices alone. PHONE_OF_ALL follows from the budget. */
#define TEXT_LIMITS(X)                               \
    X(TEXT_EMAIL_OF_SOURCE, 200, TEXT_HOUR_US)       \
    X(TEXT_PHONE_OF_SOURCE, 10, 10 * TEXT_MINUTE_US) \
    X(TEXT_PHONE_OF_SOURCE, 40, TEXT_DAY_US)         \
    X(TEXT_EMAIL_OF_ACCOUNT, 20, TEXT_DAY_US)        \
    X(TEXT_PHONE_OF_ACCOUNT, 10, TEXT_DAY_US)        \
    X(TEXT_PHONE_OF_BLOCK, 50, TEXT_HOUR_US)         \
    X(TEXT_PHONE_OF_COUNTRY, 500, TEXT_HOUR_US)      \
    X(TEXT_PHONE_OF_ALL, 0, TEXT_HOUR_US)            \
    X(TEXT_PHONE_OF_ALL, 0, TEXT_DAY_US)

#define TEXT_ONE(subject, max, window_us) +1
enum { TEXT_LIMIT_COUNT = 0 TEXT_LIMITS(TEXT_ONE) };
#undef TEXT_ONE

struct text_limit {
    enum text_subject subject;
    int64_t max;
    int64_t window_us;
};
extern const struct text_limit text_limits[TEXT_LIMIT_COUNT];

/* The most that text messages and calls may cost, in micros of the currency in which they are
 * bought. */
struct text_budget {
    int64_t price_micros; /* of one; 0: they cost nothing */
    int64_t hour_micros;
    int64_t day_micros;
};

#define TEXT_REFUSALS(X)                                                             \
    X(TEXT_TOO_MANY, NEVER, CODE_RESOURCE_EXHAUSTED, "MESSAGE_LIMIT",                \
      "Too many messages were asked for; try again later, with another request_id.") \
    X(TEXT_TOO_MANY_NOTICES, NEVER, CODE_FAILED_PRECONDITION, "MESSAGE_LIMIT",       \
      "The account was sent as many messages as it may be.")

enum text_verdict { TEXT_ACCEPTED = 0, TEXT_REFUSALS(REFUSAL_ENUM) };
const struct refusal *text_refusal(enum text_verdict verdict);

/* sent[i] is what limit i has seen within its window, 0 for a subject that is not counted. *reached
 * is the limit that refuses. */
enum text_verdict text_decide(const int64_t sent[TEXT_LIMIT_COUNT],
                              const struct text_budget *budget, size_t *reached);

/* A limit with this budget. */
int64_t text_max(const struct text_limit *limit, const struct text_budget *budget);

const char *text_subject_name(enum text_subject subject);

#endif
