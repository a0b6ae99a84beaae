/* Warnings and suspensions, as the ledger's events tell of them, and what it is told back (A.6). */
#ifndef GATEWAY_PEERS_LEDGER_SUSPENSION_H
#define GATEWAY_PEERS_LEDGER_SUSPENSION_H

#include "gateway/peers/peer_call.h"
#include "runtime/base/arena.h"
#include "runtime/base/id.h"
#include "runtime/base/text.h"

/* Numbers of ledger.v1.SuspensionRung and NoticeChannel. */
enum { LEDGER_RUNG_FIVE_DAYS = 1, LEDGER_RUNG_SUSPENDING = 6, LEDGER_RUNG_SUSPENDED = 7 };
enum { LEDGER_NOTICE_EMAIL = 1, LEDGER_NOTICE_SMS };

struct ledger_warning {
    const char *account_id;
    struct id notice_id; /* nil: the reader's own */
    int rung;
    int64_t available_micros;
    const char *currency;
    int64_t moment_us; /* when the money is used up, or services stop; 0: not told */
};

/* The payloads of ledger.v1.RunwayWarning, AccountSuspending and AccountSuspended. */
bool ledger_warning_read(struct arena *arena, const char *event_type, struct bytes payload,
                         struct ledger_warning *warning) must_check;

struct ledger_delivery {
    const char *account_id;
    struct id notice_id;
    int rung;
    int channel;
    int64_t delivered_us;
};
enum failure ledger_notice_record(struct peer_call call,
                                  const struct ledger_delivery *delivery) must_check;

#endif
