/* An act about one account, which may have moved (GW-07). */
#ifndef LEDGER_SERVICE_ACCOUNT_NOTE_H
#define LEDGER_SERVICE_ACCOUNT_NOTE_H

#include "ledger/service/act_note.h"
#include "ledger/store/account_store.h"

/* Noted in the chain where the account is; of one that is unknown, where it was looked for. locked
 * NULL: of a refusal, whose transaction is over. */
enum failure account_note(struct mutation *mutation, const struct locked_account *locked,
                          struct noted_act act) must_check;

#endif
