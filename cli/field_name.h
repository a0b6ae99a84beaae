/* Of a request's field what people typed for it. */
#ifndef CLI_FIELD_NAME_H
#define CLI_FIELD_NAME_H

#include "cli/command.h"
#include "runtime/base/arena.h"

/* "--to" for "destination_account_id"; "--contact-name, --contact-email" for a message that they
 * fill; the field itself when no option fills it. */
const char *field_name(struct arena *arena, const struct command *command, const char *field);

#endif
