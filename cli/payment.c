/* kontor card, topup: the card that the profile remembers, and the wait for the money. */
#include <stdio.h>
#include <unistd.h>

#include "cli/functions.h"
#include "cli/invocation.h"
#include "payments/v1/payment_method.pb-c.h"
#include "payments/v1/top_up.pb-c.h"

#define TOP_UP &payments__v1__top_up_service__descriptor
#define POLL_PAUSE_MS 300
#define WAIT_MS_MAX 70000

bool payment_remember_method(struct invocation *invocation)
{
    const Payments__V1__AddCardResponse *response = (const void *)invocation->response;
    if (response->payment_method != NULL)
        profile_set(&invocation->profile, "payment_method_id",
                    response->payment_method->payment_method_id);
    return true;
}

/* ---- top-ups take 2 to 60 seconds (PAY-14) ---- */

static bool is_under_way(const Payments__V1__TopUp *top_up)
{
    switch (top_up->state) {
    case PAYMENTS__V1__TOP_UP_STATE__TOP_UP_STATE_CREATED:
    case PAYMENTS__V1__TOP_UP_STATE__TOP_UP_STATE_PENDING:
    case PAYMENTS__V1__TOP_UP_STATE__TOP_UP_STATE_UNKNOWN:
    case PAYMENTS__V1__TOP_UP_STATE__TOP_UP_STATE_SUCCEEDED:
        return true;
    default:
        return false;
    }
}

static enum exit_code look_again(struct invocation *invocation, char *top_up_id)
{
    Payments__V1__GetTopUpRequest *request =
        (void *)invocation_request(invocation, TOP_UP, "GetTopUp");
    if (request == NULL)
        return EXIT_USAGE;
    request->top_up_id = top_up_id;
    return invocation_call(invocation, TOP_UP, "GetTopUp", &request->base, &invocation->response);
}

static enum exit_code wait_for(struct invocation *invocation, const Payments__V1__TopUp *top_up)
{
    enum exit_code code = EXIT_DONE;
    char *top_up_id = top_up->top_up_id;
    bool is_seen = isatty(STDERR_FILENO) != 0 && is_under_way(top_up);
    if (is_seen)
        fprintf(stderr, "waiting for the money (kontor topup show tells later, too) ");
    for (int waited_ms = 0; is_under_way(top_up) && waited_ms < WAIT_MS_MAX;
         waited_ms += POLL_PAUSE_MS) {
        if (task_sleep_ms(invocation->task, POLL_PAUSE_MS) != FAILURE_NONE)
            return EXIT_UNAVAILABLE;
        if (is_seen)
            fputc('.', stderr);
        code = look_again(invocation, top_up_id);
        if (code != EXIT_DONE)
            return code;
        top_up =
            ((const Payments__V1__GetTopUpResponse *)(const void *)invocation->response)->top_up;
    }
    if (is_seen)
        fputc('\n', stderr);
    if (top_up->state == PAYMENTS__V1__TOP_UP_STATE__TOP_UP_STATE_IN_SUSPENSE)
        fprintf(stderr,
                "kontor: the money is safe; it is credited once the account can take it (%s)\n  → "
                "kontor topup show %s\n",
                top_up->suspense_reason, top_up_id);
    bool failed = top_up->state == PAYMENTS__V1__TOP_UP_STATE__TOP_UP_STATE_FAILED;
    if (is_under_way(top_up))
        fprintf(stderr, "kontor: still processing; nothing is lost\n  → kontor topup show %s\n",
                top_up_id);
    return failed ? EXIT_REFUSED : EXIT_DONE;
}

/* The card that the profile remembers is for the card rail; one that was named is sent whatever the
 * rail, for payments to judge. */
static void forget_other_rails_card(const struct invocation *invocation)
{
    static char none[] = "";
    Payments__V1__CreateTopUpRequest *request = (void *)invocation->request;
    if (request->rail != PAYMENTS__V1__TOP_UP_RAIL__TOP_UP_RAIL_CARD &&
        !invocation_given(invocation, "method"))
        request->payment_method_id = none;
}

static bool lacks_card(const struct invocation *invocation)
{
    const Payments__V1__CreateTopUpRequest *request = (const void *)invocation->request;
    return request->rail == PAYMENTS__V1__TOP_UP_RAIL__TOP_UP_RAIL_CARD &&
           request->payment_method_id[0] == '\0';
}

enum exit_code payment_run_top_up(struct invocation *invocation)
{
    enum exit_code code = invocation_fill(invocation);
    if (code != EXIT_DONE)
        return code;
    forget_other_rails_card(invocation);
    if (lacks_card(invocation)) {
        fprintf(stderr, "kontor: --method is missing: a card of the account\n  → kontor card list "
                        "shows them; kontor card add adds one\n");
        return EXIT_USAGE;
    }
    code = invocation_call(invocation, TOP_UP, "CreateTopUp", invocation->request,
                           &invocation->response);
    if (code != EXIT_DONE)
        return code;
    const Payments__V1__CreateTopUpResponse *response = (const void *)invocation->response;
    profile_set(&invocation->profile, "top_up_id", response->top_up->top_up_id);
    bool kept = invocation_keep(invocation);
    if (invocation_value(invocation, "no-wait") == NULL)
        code = wait_for(invocation, response->top_up);
    if (invocation->response != NULL)
        invocation_print(invocation, invocation->response);
    return kept || code != EXIT_DONE ? code : EXIT_UNREPORTED;
}
