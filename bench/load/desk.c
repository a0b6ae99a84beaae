#include "bench/load/desk.h"

#include <stdio.h>

#include "identity/v1/session.pb-c.h"
#include "runtime/base/clock.h"
#include "runtime/factor/totp.h"

#define PROOF_US (INT64_C(4) * 60 * 1000000)
#define TRIES 3 /* a code works once, and somebody may have used this one */

static bool complain(const char *setting, const char *what)
{
    fprintf(stderr, "kontor-load: %s: %s\n", setting, what);
    return false;
}

bool desk_open(struct task *task, struct door *door, const char *email, struct secret password,
               struct desk *desk)
{
    const char *text = secret_reveal(password);
    desk->operator=(struct customer){.email = ""};
    desk->proved_us = 0;
    if (text == NULL ||
        !text_print(desk->operator.email, sizeof desk->operator.email, "%s", email) ||
        !text_print(desk->operator.password, sizeof desk->operator.password, "%s", text))
        return complain("operator-password", "it is missing or too long");
    return opening_log_in(task, door, &desk->operator);
}

bool desk_prove(struct task *task, struct door *door, struct desk *desk)
{
    char code[TOTP_DIGITS + 1];
    uint8_t secret[TOTP_SECRET_SIZE];
    const char *app = secret_reveal(desk->app);
    if (desk->proved_us != 0 && clock_monotonic_us() - desk->proved_us < PROOF_US)
        return true;
    if (app == NULL || !totp_read_base32(app, secret))
        return complain("operator-app", "it is no secret of an app, in base 32");
    for (int tries = 0; tries < TRIES; tries++) {
        Identity__V1__ProveFactorRequest request = IDENTITY__V1__PROVE_FACTOR_REQUEST__INIT;
        request.proof_case = IDENTITY__V1__PROVE_FACTOR_REQUEST__PROOF_TOTP_CODE;
        request.totp_code = code;
        if (!totp_code(secret, clock_now_us(), code))
            break;
        struct ask ask;
        Identity__V1__ProveFactorResponse *response = NULL;
        struct rpc_status status;
        struct rpc_client *client = door_ask(door, desk->operator.token, &ask);
        if (RPC_CALL_WITH(task, client, &ask.options, identity__v1__session_service, prove_factor,
                          &request, &response, &status) == FAILURE_NONE &&
            response != NULL) {
            desk->proved_us = clock_monotonic_us();
            return text_print(desk->operator.token, sizeof desk->operator.token, "%s",
                              response->session_token);
        }
        if (task_sleep_ms(task, TOTP_STEP_S * 1000) != FAILURE_NONE)
            break;
    }
    return complain("operator-app", "its codes prove nothing");
}
