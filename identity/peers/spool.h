/* The spool: a folder that takes messages as files, one JSON object each, for whoever carries them
 * on: {"to", "channel", "subject", "text"}. The default way out of this service; with an SMTP
 * server, for text messages and calls only. */
#ifndef IDENTITY_PEERS_SPOOL_H
#define IDENTITY_PEERS_SPOOL_H

#include <stdbool.h>

#include "identity/peers/letter.h"
#include "runtime/loop/task.h"

/* Makes the folder (mode 0700) when it is not there. false: it cannot be written. Blocks; for the
 * start of the process. */
bool spool_prepare(const char *folder) must_check;

/* Writes <message id>.json, mode 0600, whole or not at all: a letter put again after a crash
 * replaces itself. Awaits. */
enum failure spool_put(struct task *task, const char *folder,
                       const struct letter *letter) must_check;

#endif
