#include "bench/load/smoke.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "grpc/health/v1/health.pb-c.h"
#include "identity/v1/session.pb-c.h"
#include "ledger/v1/account.pb-c.h"
#include "ledger/v1/transfer.pb-c.h"
#include "bench/load/audit.h"
#include "bench/load/rules/piece.h"
#include "runtime/base/clock.h"
#include "runtime/http/http_client.h"
#include "runtime/rpc/message.h"

#define URL_SIZE 512
#define PAGE_BYTES_MAX 65536

struct smoking {
    const struct smoke *smoke;
    struct task *task;
    char token[ROSTER_TOKEN_SIZE];
    char account[ID_TEXT_SIZE];
    char transfer[ID_TEXT_SIZE], revoke[ID_TEXT_SIZE]; /* request ids */
};

static bool tell(const char *step, bool is_good, const char *what)
{
    fprintf(stderr, "%s %s%s%s\n", is_good ? "ok  " : "FAIL", step, is_good ? "" : ": ",
            is_good ? "" : what);
    return is_good;
}

static bool tell_heard(const char *step, bool is_good, enum failure failure,
                       const struct rpc_status *status)
{
    struct heard heard = door_hear(failure, status, true);
    return tell(step, is_good, heard.text);
}

/* ---- health ---- */

static bool check_gateway(struct smoking *smoking)
{
    struct ask ask;
    struct rpc_status status;
    struct rpc_client *client = door_ask(smoking->smoke->door, NULL, &ask);
    Grpc__Health__V1__HealthCheckRequest request = GRPC__HEALTH__V1__HEALTH_CHECK_REQUEST__INIT;
    Grpc__Health__V1__HealthCheckResponse *response = NULL;
    enum failure failure =
        RPC_CALL_WITH(smoking->task, client, &ask.options, grpc__health__v1__health, check,
                      &request, &response, &status);
    bool serves =
        response != NULL &&
        response->status == GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__SERVING_STATUS__SERVING;
    return tell_heard("health of the gateway", serves, failure, &status);
}

static bool check_url(struct smoking *smoking, struct http_client *client, const char *url)
{
    char what[32];
    struct http_answer answer = {.outcome = HTTP_NOT_SENT};
    const struct http_request request = {
        .method = "GET", .url = url, .timeout_ms = 5000, .answer_bytes_max = PAGE_BYTES_MAX};
    bool is_good = http_client_send(smoking->task, client, &request, &answer) == FAILURE_NONE &&
                   answer.outcome == HTTP_ANSWERED && answer.status == 200;
    (void)!text_print(what, sizeof what, "status %lld", (long long)answer.status);
    return tell(url, is_good, answer.outcome == HTTP_ANSWERED ? what : "no answer");
}

static bool check_urls(struct smoking *smoking)
{
    bool is_good = true;
    const char *rest = smoking->smoke->health_urls;
    struct http_client *client = http_client_new(task_loop(smoking->task), 1);
    while (*rest != '\0') {
        char url[URL_SIZE];
        size_t length = strcspn(rest, ",");
        if (!text_print(url, sizeof url, "%.*s", (int)length, rest))
            return tell("health", false, "a URL is too long");
        is_good = check_url(smoking, client, url) && is_good;
        rest += length + (rest[length] == ',');
    }
    http_client_free(client);
    return is_good;
}

/* ---- the customer ---- */

static bool log_in(struct smoking *smoking)
{
    struct ask ask;
    struct rpc_status status;
    struct rpc_client *client = door_ask(smoking->smoke->door, NULL, &ask);
    Identity__V1__LogInRequest request = IDENTITY__V1__LOG_IN_REQUEST__INIT;
    Identity__V1__LogInResponse *response = NULL;
    request.email = (char *)(uintptr_t)smoking->smoke->email;
    request.password = (char *)(uintptr_t)secret_reveal(smoking->smoke->password);
    enum failure failure =
        RPC_CALL_WITH(smoking->task, client, &ask.options, identity__v1__session_service, log_in,
                      &request, &response, &status);
    bool fits = response != NULL &&
                text_print(smoking->token, sizeof smoking->token, "%s", response->session_token) &&
                text_print(smoking->account, sizeof smoking->account, "%s", response->account_id);
    return tell_heard("log in", fits, failure, &status);
}

static bool read_balance(struct smoking *smoking, int64_t *own)
{
    struct ask ask;
    struct rpc_status status;
    struct rpc_client *client = door_ask(smoking->smoke->door, smoking->token, &ask);
    Ledger__V1__GetBalanceRequest request = LEDGER__V1__GET_BALANCE_REQUEST__INIT;
    Ledger__V1__GetBalanceResponse *response = NULL;
    enum failure failure =
        RPC_CALL_WITH(smoking->task, client, &ask.options, ledger__v1__account_service, get_balance,
                      &request, &response, &status);
    bool is_read = response != NULL && response->balance != NULL;
    *own = is_read ? response->balance->own_micros : -1;
    return tell_heard("read the balance", is_read, failure, &status);
}

/* The answers packed, in the task's arena. */
static bool transfer(struct smoking *smoking, struct bytes *answer)
{
    struct ask ask;
    struct rpc_status status;
    struct rpc_client *client = door_ask(smoking->smoke->door, smoking->token, &ask);
    Ledger__V1__CreateTransferRequest request = LEDGER__V1__CREATE_TRANSFER_REQUEST__INIT;
    Ledger__V1__CreateTransferResponse *response = NULL;
    request.request_id = smoking->transfer;
    request.destination_account_id = (char *)(uintptr_t)smoking->smoke->receiver;
    request.amount_micros = PIECE_AMOUNT_MICROS;
    request.currency = (char *)(uintptr_t)smoking->smoke->currency;
    enum failure failure =
        RPC_CALL_WITH(smoking->task, client, &ask.options, ledger__v1__transfer_service,
                      create_transfer, &request, &response, &status);
    if (response != NULL)
        *answer = message_pack(task_arena(smoking->task), &response->base);
    return tell_heard("transfer 0.01", response != NULL, failure, &status);
}

static bool revoke(struct smoking *smoking, struct bytes *answer)
{
    struct ask ask;
    struct rpc_status status;
    struct rpc_client *client = door_ask(smoking->smoke->door, smoking->token, &ask);
    Ledger__V1__RevokeTransferRequest request = LEDGER__V1__REVOKE_TRANSFER_REQUEST__INIT;
    Ledger__V1__RevokeTransferResponse *response = NULL;
    request.request_id = smoking->revoke;
    request.destination_account_id = (char *)(uintptr_t)smoking->smoke->receiver;
    request.amount_micros = PIECE_AMOUNT_MICROS;
    request.currency = (char *)(uintptr_t)smoking->smoke->currency;
    request.suspension_acknowledged = true;
    enum failure failure =
        RPC_CALL_WITH(smoking->task, client, &ask.options, ledger__v1__transfer_service,
                      revoke_transfer, &request, &response, &status);
    if (response != NULL)
        *answer = message_pack(task_arena(smoking->task), &response->base);
    return tell_heard("revoke it", response != NULL, failure, &status);
}

static bool is_same(struct bytes a, struct bytes b)
{
    return a.size > 0 && a.size == b.size && memcmp(a.data, b.data, a.size) == 0;
}

/* ---- the audit ---- */

static enum verdict audit(struct smoking *smoking)
{
    struct audited audited;
    const struct audit_question question = {
        smoking->token, NULL, clock_monotonic_us() + smoking->smoke->patience_ms * 1000};
    if (!tell("audit", audit_ask(smoking->task, smoking->smoke->door, &question, &audited),
              "it did not come to its end"))
        return VERDICT_MISSED;
    return tell("the audit has no findings", audited.mistakes == 0, audited.first) ? VERDICT_PASS
                                                                                   : VERDICT_MONEY;
}

/* ---- all of it ---- */

static enum verdict move_money(struct smoking *smoking)
{
    struct bytes first_transfer = {NULL, 0}, first_revoke = {NULL, 0};
    struct bytes second_transfer = {NULL, 0}, second_revoke = {NULL, 0};
    int64_t before = 0, after = 0;
    if (!read_balance(smoking, &before) || !transfer(smoking, &first_transfer) ||
        !revoke(smoking, &first_revoke) || !transfer(smoking, &second_transfer) ||
        !revoke(smoking, &second_revoke) || !read_balance(smoking, &after))
        return VERDICT_MISSED;
    bool is_right = tell("the same transfer is answered the same",
                         is_same(first_transfer, second_transfer), "it is not");
    is_right = tell("the same revoke is answered the same", is_same(first_revoke, second_revoke),
                    "it is not") &&
               is_right;
    is_right = tell("the balance is what it was", before == after, "it is not") && is_right;
    return is_right ? VERDICT_PASS : VERDICT_MONEY;
}

enum verdict smoke_run(struct task *task, const struct smoke *smoke)
{
    struct smoking smoking = {.smoke = smoke, .task = task};
    id_format(id_derive(smoke->seed, "smoke transfer"), smoking.transfer);
    id_format(id_derive(smoke->seed, "smoke revoke"), smoking.revoke);
    bool is_healthy = check_gateway(&smoking);
    is_healthy = check_urls(&smoking) && is_healthy;
    if (!is_healthy || !log_in(&smoking))
        return VERDICT_NOT_BEGUN;
    enum verdict moved = move_money(&smoking), audited = audit(&smoking);
    explicit_bzero(smoking.token, sizeof smoking.token);
    return moved == VERDICT_MONEY || audited == VERDICT_MONEY ? VERDICT_MONEY
           : moved != VERDICT_PASS                            ? moved
                                                              : audited;
}
