/* Notices: what people are told, as a list of theirs beside the messages. */
#ifndef IDENTITY_DOMAIN_NOTICE_H
#define IDENTITY_DOMAIN_NOTICE_H

#include <stdint.h>

/* Of a person; the oldest go first. */
#define NOTICES_KEPT_MAX 500
/* As long as it is known that a message was sent. */
#define NOTICE_KEPT_US (INT64_C(400) * 24 * 3600 * 1000000)

/* X(kind): in the order of the wire's numbers. */
#define NOTICES(X)  \
    X(SECURITY)     \
    X(ACCOUNT)      \
    X(PAYMENT)      \
    X(CREDIT_LIMIT) \
    X(APPROVAL)     \
    X(OPERATOR)

#define NOTICE_ENUM(kind) NOTICE_##kind,
enum notice_kind { NOTICE_NONE, NOTICES(NOTICE_ENUM) };

const char *notice_kind_name(enum notice_kind kind);
/* NOTICE_NONE for a kind of a later release. */
enum notice_kind notice_kind_find(const char *name);

#endif
