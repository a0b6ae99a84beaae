/* Entry channels (ID-28): how an account came to be, told at sign-up and kept for ever. The fourth,
 * D, is an upgrade, which happens to an account later. */
#ifndef IDENTITY_DOMAIN_ENTRY_H
#define IDENTITY_DOMAIN_ENTRY_H

#include <stdbool.h>

#include "runtime/base/fault.h"

#define CAMPAIGN_BYTES_MAX 64

/* The values are the wire's. */
enum entry_channel { ENTRY_NONE, ENTRY_DIRECT, ENTRY_REFERRAL, ENTRY_PARTNER, ENTRY_UPGRADE };

struct entry {
    enum entry_channel channel;
    const char *campaign; /* the campaign's or the partner's code; "" for a direct one */
};

/* A sign-up that names no channel is direct. */
enum entry_channel entry_channel_of(enum entry_channel named);

/* "REFERRAL"; not of NONE. */
const char *entry_channel_name(enum entry_channel channel);

/* FAULT_NONE: a sign-up may come by it. */
enum fault entry_channel_fault(enum entry_channel channel);

/* A referral and a partner have a code of 1 to 64 letters, digits, '-', '_' and '.'; a direct
 * sign-up has none. */
enum fault campaign_fault(const struct entry *entry);

#endif
