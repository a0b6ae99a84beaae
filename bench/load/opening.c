#include "bench/load/opening.h"

#include <stdio.h>

#include "identity/v1/account.pb-c.h"
#include "identity/v1/company.pb-c.h"
#include "identity/v1/session.pb-c.h"
#include "identity/v1/sign_up.pb-c.h"
#include "ledger/v1/account.pb-c.h"
#include "ledger/v1/top_up.pb-c.h"
#include "bench/load/spool.h"
#include "payments/v1/account.pb-c.h"
#include "runtime/base/clock.h"

#define COUNTRY "CN"
#define PAUSE_MS 300

/* Calls, and again while it may pass by itself: a limit, a service that comes back, a step of the
 * services' own that is still to come. NULL after a line that names the method. */
static const ProtobufCMessage *call(struct task *task, const struct opening *opening,
                                    const char *token, const ProtobufCMessage *request,
                                    const ProtobufCServiceDescriptor *service)
{
    int64_t ends_us = clock_monotonic_us() + opening->patience_ms * 1000;
    unsigned method = 0;
    while (service->methods[method].input != request->descriptor)
        method++;
    struct rpc_status status;
    struct heard heard;
    do {
        struct ask ask;
        ProtobufCMessage *response = NULL;
        struct rpc_client *client = door_ask(opening->door, token, &ask);
        enum failure failure = rpc_client_call(task, client, service, method, request, &ask.options,
                                               &response, &status);
        if (response != NULL)
            return response;
        heard = door_hear(failure, &status, true);
    } while (heard.outcome != OUTCOME_REFUSED && clock_monotonic_us() < ends_us &&
             task_sleep_ms(task, PAUSE_MS) == FAILURE_NONE);
    fprintf(stderr, "kontor-load: %s: %s\n", service->methods[method].name, heard.text);
    return NULL;
}

static char *new_id(struct task *task)
{
    return id_format(id_new(clock_now_us()), arena_alloc(task_arena(task), ID_TEXT_SIZE));
}

/* ---- customers by chance ---- */

void opening_new_registration(char registration[24])
{
    uint64_t number = UINT64_C(100000000000000000);
    for (uint64_t place = 1; place < UINT64_C(100000000000000000); place *= 10)
        number += place * random_below(10);
    unsigned check = 98 - (unsigned)((unsigned __int128)number * 100 % 97);
    (void)!text_print(registration, 24, "%018llu%02u", (unsigned long long)number, check);
}

void opening_new_customer(struct customer *customer, const char *registration)
{
    uint8_t chance[16];
    char hex[2 * sizeof chance + 1];
    random_bytes(chance, sizeof chance);
    *customer = (struct customer){.email = ""};
    bytes_to_hex(chance, sizeof chance, hex);
    (void)!text_print(customer->password, sizeof customer->password, "%s", hex);
    random_bytes(chance, sizeof chance);
    bytes_to_hex(chance, sizeof chance, hex);
    (void)!text_print(customer->email, sizeof customer->email, "load-%.16s@example.com", hex);
    (void)!text_print(customer->phone, sizeof customer->phone, "+86138%08u",
                      (unsigned)random_below(100000000));
    (void)!text_print(customer->registration, sizeof customer->registration, "%s", registration);
}

/* ---- steps ---- */

static bool sign_up(struct task *task, const struct opening *opening, struct customer *customer)
{
    Identity__V1__AcceptedTerms terms = IDENTITY__V1__ACCEPTED_TERMS__INIT;
    Identity__V1__StartSignUpRequest start = IDENTITY__V1__START_SIGN_UP_REQUEST__INIT;
    Identity__V1__SendCodeRequest send = IDENTITY__V1__SEND_CODE_REQUEST__INIT;
    Identity__V1__VerifyCodeRequest verify = IDENTITY__V1__VERIFY_CODE_REQUEST__INIT;
    const ProtobufCServiceDescriptor *service = &identity__v1__sign_up_service__descriptor;
    char code[CODE_SIZE];
    terms.accepted = true;
    terms.version = (char *)(uintptr_t) "2026-01";
    start.membership_agreement = start.privacy_policy = &terms;
    start.product_terms = start.terms_of_use = &terms;
    start.request_id = new_id(task);
    start.country = (char *)(uintptr_t)COUNTRY;
    start.email = customer->email;
    start.password = start.password_confirmation = customer->password;
    const Identity__V1__StartSignUpResponse *started =
        (const void *)call(task, opening, NULL, &start.base, service);
    if (started == NULL)
        return false;
    send.request_id = new_id(task);
    send.sign_up_id = started->sign_up_id;
    if (call(task, opening, NULL, &send.base, service) == NULL)
        return false;
    if (!spool_await_code(task, opening->spool, customer->email, code)) {
        fprintf(stderr, "kontor-load: no code came to the spool %s\n", opening->spool);
        return false;
    }
    verify.request_id = new_id(task);
    verify.sign_up_id = started->sign_up_id;
    verify.code = code;
    return call(task, opening, NULL, &verify.base, service) != NULL;
}

static bool verify_phone(struct task *task, const struct opening *opening,
                         struct customer *customer)
{
    Identity__V1__StartContactVerificationRequest start =
        IDENTITY__V1__START_CONTACT_VERIFICATION_REQUEST__INIT;
    Identity__V1__ConfirmContactVerificationRequest confirm =
        IDENTITY__V1__CONFIRM_CONTACT_VERIFICATION_REQUEST__INIT;
    const ProtobufCServiceDescriptor *service = &identity__v1__account_service__descriptor;
    char code[CODE_SIZE];
    start.request_id = new_id(task);
    start.delivery = IDENTITY__V1__DELIVERY__DELIVERY_SMS;
    start.phone = customer->phone;
    const Identity__V1__StartContactVerificationResponse *started =
        (const void *)call(task, opening, customer->token, &start.base, service);
    if (started == NULL)
        return false;
    if (!spool_await_code(task, opening->spool, customer->phone, code)) {
        fprintf(stderr, "kontor-load: no code came to the spool %s\n", opening->spool);
        return false;
    }
    confirm.request_id = new_id(task);
    confirm.verification_id = started->verification_id;
    confirm.code = code;
    return call(task, opening, customer->token, &confirm.base, service) != NULL;
}

static bool add_address(struct task *task, const struct opening *opening, struct customer *customer)
{
    Identity__V1__Address address = IDENTITY__V1__ADDRESS__INIT;
    Identity__V1__BillingContact contact = IDENTITY__V1__BILLING_CONTACT__INIT;
    Identity__V1__CorporateBillingAddress corporate = IDENTITY__V1__CORPORATE_BILLING_ADDRESS__INIT;
    Identity__V1__AddBillingAddressRequest request =
        IDENTITY__V1__ADD_BILLING_ADDRESS_REQUEST__INIT;
    address.country = (char *)(uintptr_t)COUNTRY;
    address.city = (char *)(uintptr_t) "Hangzhou";
    address.street = (char *)(uintptr_t) "1 Wensan Road";
    contact.name = (char *)(uintptr_t) "Load Test";
    contact.email = customer->email;
    corporate.corporation_name = (char *)(uintptr_t) "Load Test Ltd";
    corporate.address = &address;
    corporate.contact = &contact;
    request.request_id = new_id(task);
    request.billing_address_case =
        IDENTITY__V1__ADD_BILLING_ADDRESS_REQUEST__BILLING_ADDRESS_CORPORATE;
    request.corporate = &corporate;
    return call(task, opening, customer->token, &request.base,
                &identity__v1__account_service__descriptor) != NULL;
}

static bool set_currency(struct task *task, const struct opening *opening,
                         struct customer *customer)
{
    Payments__V1__SetCurrencyRequest request = PAYMENTS__V1__SET_CURRENCY_REQUEST__INIT;
    request.request_id = new_id(task);
    request.currency = (char *)(uintptr_t)opening->currency;
    return call(task, opening, customer->token, &request.base,
                &payments__v1__account_service__descriptor) != NULL;
}

static bool join_company(struct task *task, const struct opening *opening,
                         struct customer *customer)
{
    Identity__V1__SubmitCompanyRequest submit = IDENTITY__V1__SUBMIT_COMPANY_REQUEST__INIT;
    Identity__V1__ApproveCompanyRequest approve = IDENTITY__V1__APPROVE_COMPANY_REQUEST__INIT;
    const ProtobufCServiceDescriptor *service = &identity__v1__company_service__descriptor;
    submit.request_id = new_id(task);
    submit.country = (char *)(uintptr_t)COUNTRY;
    submit.scheme = IDENTITY__V1__COMPANY_SCHEME__COMPANY_SCHEME_LEI;
    submit.registration_number = customer->registration;
    submit.name = (char *)(uintptr_t) "Load Test Ltd";
    const Identity__V1__SubmitCompanyResponse *submitted =
        (const void *)call(task, opening, customer->token, &submit.base, service);
    if (submitted == NULL)
        return false;
    approve.request_id = new_id(task);
    approve.submission_id = submitted->submission->submission_id;
    return call(task, opening, opening->operator_token, &approve.base, service) != NULL;
}

static bool give_money(struct task *task, const struct opening *opening, struct customer *customer)
{
    Ledger__V1__CreateAdjustmentRequest request = LEDGER__V1__CREATE_ADJUSTMENT_REQUEST__INIT;
    request.account_id = customer->account;
    request.request_id = new_id(task);
    request.amount_micros = opening->amount_micros;
    request.currency = (char *)(uintptr_t)opening->currency;
    request.remark = (char *)(uintptr_t) "load test";
    return call(task, opening, opening->operator_token, &request.base,
                &ledger__v1__top_up_service__descriptor) != NULL;
}

bool opening_log_in(struct task *task, struct door *door, struct customer *customer)
{
    const struct opening opening = {.door = door, .patience_ms = 60000};
    Identity__V1__LogInRequest request = IDENTITY__V1__LOG_IN_REQUEST__INIT;
    request.email = customer->email;
    request.password = customer->password;
    request.device = (char *)(uintptr_t) "kontor-load";
    const Identity__V1__LogInResponse *response = (const void *)call(
        task, &opening, NULL, &request.base, &identity__v1__session_service__descriptor);
    return response != NULL &&
           text_print(customer->token, sizeof customer->token, "%s", response->session_token) &&
           text_print(customer->account, sizeof customer->account, "%s", response->account_id);
}

/* The ledger hears of accounts, companies and currencies by events. */
bool opening_read_company(struct task *task, const struct opening *opening,
                          struct customer *customer)
{
    int64_t ends_us = clock_monotonic_us() + opening->patience_ms * 1000;
    while (clock_monotonic_us() < ends_us && task_sleep_ms(task, PAUSE_MS) == FAILURE_NONE) {
        struct ask ask;
        struct rpc_client *client = door_ask(opening->door, customer->token, &ask);
        Ledger__V1__GetAccountRequest request = LEDGER__V1__GET_ACCOUNT_REQUEST__INIT;
        Ledger__V1__GetAccountResponse *response = NULL;
        struct rpc_status status;
        enum failure failure =
            RPC_CALL_WITH(task, client, &ask.options, ledger__v1__account_service, get_account,
                          &request, &response, &status);
        const Ledger__V1__Account *account =
            failure == FAILURE_NONE && response != NULL ? response->account : NULL;
        if (account != NULL && account->company_verified &&
            text_equal(account->currency, opening->currency))
            return text_print(customer->company, sizeof customer->company, "%s",
                              account->company_id);
    }
    fprintf(stderr, "kontor-load: account %s did not come to the ledger, verified and with %s\n",
            customer->account, opening->currency);
    return false;
}

bool opening_run(struct task *task, const struct opening *opening, struct customer *customer)
{
    return sign_up(task, opening, customer) && opening_log_in(task, opening->door, customer) &&
           verify_phone(task, opening, customer) && add_address(task, opening, customer) &&
           set_currency(task, opening, customer) && join_company(task, opening, customer) &&
           opening_read_company(task, opening, customer) && give_money(task, opening, customer);
}
