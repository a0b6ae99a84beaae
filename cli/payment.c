/* kontor currency, card, wallet, topup: how money comes in. */
#include <stdio.h>

#include "cli/invocation.h"
#include "cli/options.h"
#include "payments/v1/account.pb-c.h"
#include "payments/v1/payment_method.pb-c.h"
#include "payments/v1/top_up.pb-c.h"
#include "payments/v1/top_up_desk.pb-c.h"

#define METHOD &payments__v1__payment_method_service__descriptor
#define TOP_UP &payments__v1__top_up_service__descriptor
#define DESK &payments__v1__top_up_desk_service__descriptor
#define POLL_PAUSE_MS 300
#define WAIT_MS_MAX 70000

static const struct option currency_options[] = {
    {"currency", "CODE", "currency", OPTION_REQUIRED | OPTION_POSITIONAL,
     "CNY, USD, EUR or AED; it cannot be changed later.", NULL, NULL},
    {0},
};

static const struct option card_options[] = {
    {"expiry-month", "MM", "expiry_month", OPTION_REQUIRED, "1 to 12.", NULL, NULL},
    {"expiry-year", "YYYY", "expiry_year", OPTION_REQUIRED, "Four digits.", NULL, NULL},
    {"holder", "NAME", "holder_name", 0,
     "The holder's name; may be left out on a corporate account.", NULL, NULL},
    {"number", "", "number", OPTION_SECRET, "the card number", NULL, NULL},
    {"security-code", "", "security_code", OPTION_SECRET, "the security code", NULL, NULL},
    {0},
};

static const struct option method_options[] = {
    {"method", "ID", "payment_method_id", OPTION_REQUIRED | OPTION_POSITIONAL, "From card list.",
     NULL, NULL},
    {0},
};

static const struct option wallet_options[] = {
    {"kind", "KIND", "kind", OPTION_REQUIRED | OPTION_POSITIONAL, "paypal or paytm.", NULL, NULL},
    {0},
};

static const struct option page_options[] = {PAGE_OPTIONS, {0}};

static const struct option top_up_options[] = {
    {"amount", "AMOUNT", "amount_micros", OPTION_REQUIRED,
     "A decimal such as 200000.00; credited exactly.", NULL, NULL},
    {"currency", "CODE", "currency", OPTION_REQUIRED, "The account's currency.", NULL, NULL},
    {"to", "ACCOUNT", "target_account_id", 0, "Whose balance; the own account when not given.",
     "account_id", NULL},
    {"method", "ID", "payment_method_id", 0,
     "A card from card list; the profile's last one when not given.", "payment_method_id", NULL},
    {"rail", "RAIL", "rail", 0, "card (default), alipay, unionpay or wire.", NULL, "card"},
    {"remark", "TEXT", "remark", 0, "A tag such as ClientX-MarchQ2-AI-POC-Tokyo-OSS.", NULL, NULL},
    {"no-wait", "", NULL, OPTION_SWITCH, "Answers at once; kontor topup show tells later.", NULL,
     NULL},
    {0},
};

static const struct option top_up_id_options[] = {
    {"top-up", "ID", "top_up_id", OPTION_REQUIRED | OPTION_POSITIONAL,
     "The profile's last one when not given.", "top_up_id", NULL},
    {0},
};

static const struct option top_up_list_options[] = {
    {"remark", "TEXT", "remark_contains", 0, "Only those with this text in their remark.", NULL,
     NULL},
    PAGE_OPTIONS,
    {0},
};

static const struct option wire_options[] = {
    {"reference", "TEXT", "wire_reference", OPTION_REQUIRED,
     "What the payer wrote on the transfer.", NULL, NULL},
    {"bank", "TEXT", "bank", OPTION_REQUIRED, "Names the bank's account that the statement is of.",
     NULL, NULL},
    {"statement", "TEXT", "statement", OPTION_REQUIRED, "Identifies the statement.", NULL, NULL},
    {"statement-line", "TEXT", "statement_line", OPTION_REQUIRED,
     "Identifies the line within the statement; it counts once.", NULL, NULL},
    {"amount", "AMOUNT", "amount_micros", OPTION_REQUIRED, "What the bank received.", NULL, NULL},
    {"currency", "CODE", "currency", OPTION_REQUIRED, "Its currency.", NULL, NULL},
    {0},
};

static const struct option unsettled_options[] = {
    {"state", "STATE", "state", 0,
     "succeeded, manual, in-suspense, returning or refunding; all when not given.", NULL, NULL},
    PAGE_OPTIONS,
    {0},
};

static const struct option desk_options[] = {
    {"top-up", "ID", "top_up_id", OPTION_REQUIRED | OPTION_POSITIONAL,
     "From topup unsettled; --account names who paid.", NULL, NULL},
    {0},
};

static const struct option return_options[] = {
    {"top-up", "ID", "top_up_id", OPTION_REQUIRED | OPTION_POSITIONAL,
     "From topup unsettled; --account names who paid.", NULL, NULL},
    {"remark", "TEXT", "remark", OPTION_REQUIRED, "Says why; kept with your name.", NULL, NULL},
    {0},
};

static const struct option returned_options[] = {
    {"top-up", "ID", "top_up_id", OPTION_REQUIRED | OPTION_POSITIONAL,
     "From topup unsettled; --account names who paid.", NULL, NULL},
    {"bank-reference", "TEXT", "bank_reference", OPTION_REQUIRED,
     "Identifies the outgoing transfer at the bank.", NULL, NULL},
    {0},
};

static bool remember_method(struct invocation *invocation)
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
    for (int waited_ms = 0; is_under_way(top_up) && waited_ms < WAIT_MS_MAX;
         waited_ms += POLL_PAUSE_MS) {
        if (task_sleep_ms(invocation->task, POLL_PAUSE_MS) != FAILURE_NONE)
            return EXIT_UNAVAILABLE;
        code = look_again(invocation, top_up_id);
        if (code != EXIT_DONE)
            return code;
        top_up =
            ((const Payments__V1__GetTopUpResponse *)(const void *)invocation->response)->top_up;
    }
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

static enum exit_code run_top_up(struct invocation *invocation)
{
    enum exit_code code = invocation_fill(invocation);
    if (code != EXIT_DONE)
        return code;
    forget_other_rails_card(invocation);
    if (lacks_card(invocation)) {
        fprintf(
            stderr,
            "kontor: --method is missing: a card from card list\n  → kontor card add adds one\n");
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

static const char *const currency_examples[] = {"currency set CNY", NULL};
static const char *const card_examples[] = {
    "card add --expiry-month 12 --expiry-year 2030 --holder \"Li Lei\"",
    "card add --expiry-month 12 --expiry-year 2030 --card-file card.txt", NULL};
static const char *const top_up_examples[] = {
    "topup --amount 50000.00 --currency CNY --remark ClientX-MarchQ2-AI-POC-Tokyo-OSS",
    "topup --amount 60000.00 --currency CNY --rail wire --no-wait", NULL};

const struct command payment_commands[] = {
    {.noun = "currency",
     .verb = "set",
     .summary = "Sets the account's one currency, for ever.",
     .service = &payments__v1__account_service__descriptor,
     .method = "SetCurrency",
     .options = currency_options,
     .examples = currency_examples},
    {.noun = "card",
     .verb = "add",
     .summary = "Adds a Visa or Mastercard; 1.00 USD is held and given back.",
     .service = METHOD,
     .method = "AddCard",
     .options = card_options,
     .secret_file_option = "card-file",
     .examples = card_examples,
     .remember = remember_method},
    {.noun = "card",
     .verb = "list",
     .summary = "Lists payment methods.",
     .service = METHOD,
     .method = "ListPaymentMethods",
     .options = page_options},
    {.noun = "card",
     .verb = "show",
     .summary = "Shows one, with its hold.",
     .service = METHOD,
     .method = "GetPaymentMethod",
     .options = method_options},
    {.noun = "card",
     .verb = "remove",
     .summary = "Removes one.",
     .service = METHOD,
     .method = "RemovePaymentMethod",
     .options = method_options},
    {.noun = "wallet",
     .verb = "link",
     .summary = "Links PayPal or Paytm.",
     .service = METHOD,
     .method = "LinkWallet",
     .options = wallet_options},
    {.noun = "topup",
     .verb = "",
     .summary = "Tops up, and waits until the money is credited.",
     .service = TOP_UP,
     .method = "CreateTopUp",
     .options = top_up_options,
     .examples = top_up_examples,
     .run = run_top_up,
     .keeps = true},
    {.noun = "topup",
     .verb = "show",
     .summary = "Shows a top-up.",
     .service = TOP_UP,
     .method = "GetTopUp",
     .options = top_up_id_options},
    {.noun = "topup",
     .verb = "list",
     .summary = "Lists top-ups, newest first.",
     .service = TOP_UP,
     .method = "ListTopUps",
     .options = top_up_list_options},
    {.noun = "topup",
     .verb = "unsettled",
     .summary = "Lists received money that no account has, and what needs people; operators only.",
     .service = DESK,
     .method = "ListUnsettledTopUps",
     .options = unsettled_options},
    {.noun = "topup",
     .verb = "redrive",
     .summary = "Asks the provider again what became of one in manual; operators only.",
     .service = DESK,
     .method = "RedriveTopUp",
     .options = desk_options},
    {.noun = "topup",
     .verb = "return",
     .summary = "Sends money in suspense back to the payer; operators only.",
     .service = DESK,
     .method = "ReturnTopUp",
     .options = return_options},
    {.noun = "topup",
     .verb = "returned",
     .summary = "Records that it was paid back at the bank; operators only.",
     .service = DESK,
     .method = "RecordReturn",
     .options = returned_options},
    {.noun = "wire",
     .verb = "receive",
     .summary = "Records what the bank received for --account; operators only.",
     .service = TOP_UP,
     .method = "RecordWireReceipt",
     .options = wire_options},
    {0},
};
