#include "cli/refused.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "cli/field_name.h"
#include "runtime/rpc/status.h"

#define FROZEN                                                                                    \
    "kontor freeze list shows it; another billing freezer than who froze ends it: kontor freeze " \
    "undo"

/* The next step after a reason (rules, D.16 and the gateway's own). */
static const struct {
    const char *reason;
    const char *next;
} hints[] = {
    {"SESSION_REQUIRED", "kontor login --email ADDRESS; kontor account open for a new account"},
    {"SESSION_ENDED", "kontor login --email ADDRESS"},
    {"SESSION_TOO_OLD", "kontor login --email ADDRESS"},
    {"SESSION_IDLE", "kontor login --email ADDRESS"},
    {"SESSION_SURPASSED", "kontor login --email ADDRESS; kontor session list shows the others"},
    {"NETWORK_NOT_ALLOWED", "call from one of the account's networks, or ask an administrator: "
                            "kontor session-policy set"},
    {"NETWORKS_SHUT_CALLER_OUT", "name your own network, too; --may-shut-out if you mean it"},
    {"DEVICE_NOT_TRUSTED", "kontor step-up CODE, then the same again; without a factor kontor "
                           "factor enroll, then kontor factor confirm"},
    {"LOG_IN_REFUSED", "check the address and the password; kontor account open for a new account"},
    {"LOG_IN_THROTTLED", "wait, then try again"},
    {"MFA_REQUIRED", "kontor step-up CODE, then the same again; without a factor kontor factor "
                     "enroll, then kontor factor confirm"},
    {"KEY_REFUSED", "kontor key list shows the key's end; kontor key create makes another"},
    {"CERTIFICATE_WEAK", "make one with a key of P-256 or RSA of 2048 bits at least"},
    {"CERTIFICATE_OVER", "make a new certificate"},
    {"CERTIFICATE_REGISTERED", "kontor key list shows it; kontor key revoke ends it"},
    {"KEY_ADDRESS_REFUSED", "kontor key list shows from where; kontor key create makes another"},
    {"KEY_SCOPE", "kontor key create --permissions …; what moves money is named in full"},
    {"PERSON_REQUIRED", "the same without --program-key-file, by a person who is logged in"},
    {"PROOF_USED", "wait for the next code; each works once"},
    {"PROOF_REFUSED", "check the code, and the clock of the device that shows it"},
    {"PROOF_THROTTLED", "wait, then try again"},
    {"LAST_FACTOR", "kontor step-up --recovery-code CODE first, or enrol another factor"},
    {"RATE_LIMITED", "wait a moment, then try again"},
    {"LOG_INS_BUSY", "wait a moment, then try again"},
    {"MESSAGE_LIMIT", "wait, then ask for a code again"},
    {"TOO_MANY_ATTEMPTS", "wait, or use a card that is verified already: kontor card list"},
    {"CARD_ACCOUNT_LIMIT",
     "use another card, or remove this one from another account: kontor card remove"},
    {"CEILING_EXCEEDED",
     "move at most what is left (kontor ceiling show); above a card's: kontor topup --rail wire"},
    {"UNKNOWN_PERMISSION", "kontor permission check lists the permissions"},
    {"RECHARGE_FROZEN", FROZEN},
    {"PURCHASE_FROZEN", FROZEN},
    {"PAYG_FROZEN", FROZEN},
    {"ACCOUNT_NOT_FOUND", "check the id; of your own account kontor account onboarding lists what "
                          "comes next: money begins with the billing address and the currency"},
    {"SECOND_CHANNEL_UNVERIFIED", "kontor contact send-code, then kontor contact verify"},
    {"CODE_WRONG", "compare it with the newest message, or with what the installation printed for "
                   "its first operator; or ask for another code"},
    {"BILLING_ADDRESS_MISSING", "kontor address add"},
    {"PAYMENT_METHOD_MISSING", "kontor card add"},
    {"PAYMENT_METHOD_NOT_ACTIVE",
     "kontor card list shows which are active; --method names one, kontor card add adds one"},
    {"CURRENCY_MISSING", "kontor currency set"},
    {"CURRENCY_NOT_SET", "kontor currency set"},
    {"REAL_NAME_REQUIRED", "kontor real-name submit, or kontor company submit"},
    {"REGION_UNCONFIRMED", "kontor account confirm-region REGION, then the same again"},
    {"UNKNOWN_ACTION",
     "kontor permission check lists the permissions; or resource.run, or charge.explain"},
    {"NOT_VERIFIED", "kontor company submit, and wait for its approval"},
    {"NOT_CORPORATE", "kontor address add --corporation NAME, if there is no address yet; then "
                      "kontor company submit"},
    {"DIFFERENT_COMPANY", "only accounts of one verified company can do this together"},
    {"EXCEEDS_TRANSFERABLE",
     "kontor balance shows what can be passed on; money that was transferred in cannot"},
    {"EXCEEDS_REVOCABLE", "kontor revocable shows what can be taken back"},
    {"NO_PRIOR_TRANSFER", "only money that this account transferred can be taken back"},
    {"OVERDUE", "kontor balance shows what is owed; kontor topup, then kontor bill pay"},
    {"INSUFFICIENT", "kontor topup, or ask the main account for a transfer"},
    {"EXCEEDS_AVAILABLE", "kontor topup, or ask the main account for a transfer"},
    {"QUOTA_EXCEEDED",
     "kontor quota show; an administrator raises the line or offsets what was paid back"},
    {"PAYER_INSUFFICIENT", "kontor topup: the account that pays has not enough available"},
    {"PAY_ON_BEHALF_NOT_AGREED", "kontor relation list shows what both agreed to; kontor relation "
                                 "request or change offers --settlement agent-pays"},
    {"QUOTA_NOT_FOUND", "kontor quota set, as an administrator of the account that pays"},
    {"CASH_LEFT", "spend it, kontor transfer it, or let the account that it came from take it back "
                  "(kontor revoke)"},
    {"RESOURCES_NOT_RELEASED",
     "kontor resource list shows what is left; whoever runs it releases it"},
    {"AUTO_RENEW_ON", "kontor resource renew, without --auto-renew"},
    {"HOLDS_ACTIVE", "kontor hold void, or wait until they expire"},
    {"BELOW_MINIMUM", "top up at least the minimum"},
    {"WIRE_BELOW_THRESHOLD", "use another rail for this amount"},
    {"CARD_BRAND_NOT_ACCEPTED", "use a Visa or Mastercard"},
    {"PROVIDER_UNAVAILABLE", "a little later, the same command again; nothing was held"},
    {"CARD_DECLINED", "ask the bank, or use another card"},
    {"WOULD_SUSPEND", "repeat with --accept-suspension if that is meant"},
    {"CONTRACT_PENDING", "kontor limit confirm, as the account's administrator"},
    {"IDEMPOTENCY_MISMATCH",
     "this request id was used for something else; leave --request-id out for a new request"},
    {"MOVING", "the same again"},
    {"SHARE_LIMIT", "kontor share list; stop a share first"},
};

static const char *next_step(const char *reason)
{
    for (size_t i = 0; i < sizeof(hints) / sizeof(hints[0]); i++) {
        if (strcmp(hints[i].reason, reason) == 0)
            return hints[i].next;
    }
    return NULL;
}

static enum exit_code exit_code_of(enum code code)
{
    switch (code) {
    case CODE_UNAUTHENTICATED:
        return EXIT_NOT_LOGGED_IN;
    case CODE_UNAVAILABLE:
    case CODE_DEADLINE_EXCEEDED:
    case CODE_CANCELLED:
        return EXIT_UNAVAILABLE;
    default:
        return EXIT_REFUSED;
    }
}

static void print_line(const char *name, const char *value)
{
    fprintf(stderr, "  %-24s %s\n", name, value);
}

/* ---- the option in place of the field ---- */

/* The fields' violations, and the sentence where it opens with the first field. */
static void name_options(struct arena *arena, const struct command *command, struct status *status)
{
    size_t count = status->field_violation_count;
    struct status_violation *named = arena_alloc_array(arena, count, sizeof(*named));
    for (size_t i = 0; i < count; i++) {
        named[i] = status->field_violations[i];
        named[i].name = field_name(arena, command, named[i].name);
    }
    const char *field = count > 0 ? status->field_violations[0].name : "";
    size_t length = strlen(field);
    if (length > 0 && strncmp(status->sentence, field, length) == 0 &&
        status->sentence[length] == ' ')
        status->sentence = arena_printf(arena, "%s%s", named[0].name, status->sentence + length);
    status->field_violations = named;
}

/* ---- for people ---- */

static void print_violations(const struct status_violation *violations, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bool has_reason = violations[i].reason[0] != '\0';
        fprintf(stderr, has_reason ? "  %-24s %s (%s)\n" : "  %-24s %s\n", violations[i].name,
                violations[i].sentence, violations[i].reason);
        const char *next = next_step(violations[i].name);
        if (next != NULL && count > 1)
            fprintf(stderr, "  %-24s → %s\n", "", next);
    }
}

/* Lends the value of a term; NULL: there is none. */
static const char *term(const struct status *status, const char *key, size_t length)
{
    for (size_t i = 0; status->terms[i].key != NULL; i++) {
        if (strncmp(status->terms[i].key, key, length) == 0 && status->terms[i].key[length] == '\0')
            return status->terms[i].value;
    }
    return NULL;
}

/* An amount comes twice: as a decimal, which people get with its currency, and as micros for
 * programs. */
static void print_terms(struct arena *arena, const struct command *command,
                        const struct status *status)
{
    static const char micros[] = "_micros", currency[] = "currency";
    const char *code = term(status, currency, sizeof(currency) - 1);
    bool has_amounts = false;
    for (size_t i = 0; status->terms[i].key != NULL; i++)
        has_amounts |= strstr(status->terms[i].key, micros) != NULL;
    for (size_t i = 0; status->terms[i].key != NULL; i++) {
        const char *key = status->terms[i].key;
        char twin[64], amount[96];
        size_t length = strlen(key), ending = sizeof(micros) - 1;
        bool is_micros = length > ending && strcmp(key + length - ending, micros) == 0;
        if ((is_micros && term(status, key, length - ending) != NULL) ||
            (has_amounts && strcmp(key, currency) == 0))
            continue;
        snprintf(twin, sizeof(twin), "%s%s", key, micros);
        bool is_amount = code != NULL && term(status, twin, strlen(twin)) != NULL;
        snprintf(amount, sizeof(amount), "%s %s", status->terms[i].value, is_amount ? code : "");
        const char *value = is_amount ? amount : status->terms[i].value;
        print_line(key, strcmp(key, "field") == 0 ? field_name(arena, command, value) : value);
    }
}

static const char *next_of_asked(struct arena *arena, const struct status *status,
                                 const struct asked *asked)
{
    const char *permission = status_term(status, "permission");
    const char *approval_id = status_term(status, "approval_id");
    if (strcmp(status->reason, "PERMISSION_DENIED") == 0 && permission != NULL &&
        asked->command->done_by != NULL)
        return arena_printf(arena, "kontor permission check %s tells what decides; %s", permission,
                            asked->command->done_by);
    if (strcmp(status->reason, "APPROVAL_REQUIRED") == 0 && approval_id != NULL)
        return arena_printf(arena,
                            "others: kontor approval show %s, then kontor approval approve; you "
                            "afterwards, for the answer: the same with --request-id %s",
                            approval_id, asked->request_id);
    return next_step(status->reason);
}

static void print_status(struct arena *arena, const struct status *status,
                         const struct asked *asked)
{
    fprintf(stderr, "kontor: %s", status->sentence);
    fprintf(stderr, status->reason[0] != '\0' ? " (%s)\n" : "%s\n",
            status->reason[0] != '\0' ? status->reason : "");
    print_terms(arena, asked->command, status);
    print_violations(status->field_violations, status->field_violation_count);
    if (status->precondition_violation_count > 1)
        print_violations(status->precondition_violations, status->precondition_violation_count);
    if (status->retry_after_ms > 0)
        fprintf(stderr, "  %-24s %.1f s\n", "try again in", (double)status->retry_after_ms / 1000);
    const char *next = next_of_asked(arena, status, asked);
    if (next != NULL && status->precondition_violation_count < 2)
        fprintf(stderr, "  → %s\n", next);
}

/* Of a field its name, what is wrong with it, and that in a word; of a precondition its reason. */
static json_t *json_of_violation(const struct status_violation *violation, const char *name)
{
    json_t *line = json_pack("{s:s,s:s}", name, violation->name, "sentence", violation->sentence);
    if (violation->reason[0] != '\0')
        json_object_set_new(line, "reason", json_string(violation->reason));
    return line;
}

static json_t *json_of_violations(const struct status_violation *violations, size_t count,
                                  const char *name)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, json_of_violation(&violations[i], name));
    return list;
}

static void print_json(json_t *error)
{
    json_t *whole = json_pack("{s:o}", "error", error);
    json_dumpf(whole, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(whole);
}

static json_t *json_of_status(const struct status *status)
{
    json_t *terms = json_object();
    for (size_t i = 0; status->terms[i].key != NULL; i++)
        json_object_set_new(terms, status->terms[i].key, json_string(status->terms[i].value));
    return json_pack(
        "{s:s,s:s,s:s,s:o,s:o,s:o,s:I}", "code", status_code_name(status->code), "reason",
        status->reason, "sentence", status->sentence, "terms", terms, "fieldViolations",
        json_of_violations(status->field_violations, status->field_violation_count, "field"),
        "preconditionViolations",
        json_of_violations(status->precondition_violations, status->precondition_violation_count,
                           "reason"),
        "retryAfterMs", (json_int_t)status->retry_after_ms);
}

enum exit_code refused_print(struct arena *arena, const struct rpc_status *status,
                             const struct asked *asked, bool as_json)
{
    static const struct refusal_term no_terms[] = {{NULL, NULL}};
    struct status rich;
    if (!status_unpack(arena, status->packed, &rich))
        rich = (struct status){
            .code = status->code, .sentence = status->sentence, .reason = "", .terms = no_terms};
    if (as_json) {
        print_json(json_of_status(&rich));
    } else {
        name_options(arena, asked->command, &rich);
        print_status(arena, &rich, asked);
    }
    return exit_code_of(status->code);
}

static enum exit_code exit_code_of_failure(enum failure failure, bool only_reads)
{
    bool nothing_was_done = only_reads || failure != failure_in_doubt(failure);
    return nothing_was_done ? EXIT_UNAVAILABLE : EXIT_INDEFINITE;
}

static void print_failure_json(enum failure failure, const char *seen,
                               const struct lost_answer *lost)
{
    print_json(json_pack("{s:s,s:s,s:s,s:s}", "code",
                         failure == FAILURE_DEADLINE ? "DEADLINE_EXCEEDED" : "UNAVAILABLE",
                         "reason", failure_name(failure) + strlen("FAILURE_"), "sentence", seen,
                         "requestId", lost->request_id));
}

static void print_what_now(enum exit_code code, const char *request_id)
{
    bool is_repeatable = request_id[0] != '\0';
    if (code == EXIT_UNAVAILABLE)
        fprintf(stderr, "  → nothing was done; is it running? ./start starts it; KONTOR_GATEWAY "
                        "says where it is\n");
    if (is_repeatable)
        fprintf(stderr,
                "  → repeat the command with --request-id %s: it is done once, whatever happened\n",
                request_id);
    else if (code == EXIT_INDEFINITE)
        fprintf(stderr, "  → nobody knows whether it was done: look before you repeat it\n");
}

enum exit_code refused_print_failure(enum failure failure, const struct lost_answer *lost,
                                     bool as_json)
{
    bool is_told = lost->seen[0] != '\0' &&
                   failure != FAILURE_INDEFINITE; /* the last attempt knows of itself alone */
    const char *seen = is_told ? lost->seen : failure_sentence(failure);
    enum exit_code code = exit_code_of_failure(failure, lost->only_reads);
    if (as_json) {
        print_failure_json(failure, seen, lost);
        return code;
    }
    fprintf(stderr, "kontor: the gateway at %s could not do it: %s\n", lost->gateway, seen);
    print_what_now(code, lost->request_id);
    return code;
}
