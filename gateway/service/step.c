#include "gateway/service/step.h"

#include "gateway/service/message_field.h"

static const struct step steps[] = {
    [STEP_FORWARD] = {0},
    [STEP_LOG_OUT] = {.before = step_log_out},
    [STEP_ONBOARDING] = {.before = step_onboarding},
    [STEP_OPEN_ACCOUNT] = {.after = step_open_account},
    [STEP_UPDATE_ACCOUNT] = {.instead = step_update_account},
    [STEP_CLOSING_BLOCKERS] = {.instead = step_closing_blockers},
    [STEP_LIST_SAGAS] = {.instead = step_list_sagas},
    [STEP_REDRIVE_SAGA] = {.instead = step_redrive_saga},
    [STEP_READINESS] = {.instead = step_readiness},
    [STEP_READY] = {.before = step_ready, .looks_at = "region"},
    [STEP_SAME_COMPANY] = {.before = step_same_company, .looks_at = "destination_account_id"},
    [STEP_RELAY] = {.instead = step_relay, .streams = true},
    [STEP_WATCH] = {.before = step_watch, .instead = step_relay, .streams = true},
    [STEP_SUBMIT_ORDERS] = {.instead = step_submit_orders},
    [STEP_STREAM_ORDERS] = {.instead = step_stream_orders, .streams = true},
    [STEP_PREVIEW_ORDER] = {.instead = step_preview_order},
    [STEP_TOP_UP_TARGET] = {.before = step_top_up_target, .after = step_wake},
};

const struct step *step_of(enum route_step step)
{
    return &steps[step];
}

/* Whoever can show a session in the call may end it without writing it again. */
int step_log_out(struct passage *passage)
{
    if (!text_is_empty(message_field_text(passage->request, "session_token")))
        return 0;
    char *token = arena_strdup(call_arena(passage->call), passage->token);
    if (token == NULL)
        return FAILURE_EXHAUSTED;
    message_field_set_text(passage->request, "session_token", token);
    return 0;
}

void step_wake(struct passage *passage)
{
    gateway_wake(passage->gateway);
}
