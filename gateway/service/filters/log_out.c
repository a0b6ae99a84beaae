#include "gateway/service/filter.h"
#include "runtime/rpc/message_field.h"

/* A caller may log out without repeating the token in the request. */
static int name_session(struct exchange *exchange)
{
    if (!text_is_empty(message_field_text(exchange->request, "session_token")))
        return 0;
    char *token = arena_strdup(call_arena(exchange->call), exchange->token);
    message_field_set_text(exchange->request, "session_token", token);
    return 0;
}

const struct filter filter_log_out = {.before = name_session};
