#include "bench/contender/ledger_request.h"

#include <assert.h>
#include <string.h>

#include "ledger/v1/account.pb-c.h"
#include "ledger/v1/order.pb-c.h"
#include "ledger/v1/usage.pb-c.h"
#include "runtime/base/clock.h"

#define RESULT_REFUSED 20 /* OrderResult.refused */

/* Texts that a request borrows while it is packed. protobuf-c wants them writable. */
struct texts {
    char company[ID_TEXT_SIZE];
    char account[ID_TEXT_SIZE];
    char request[LEDGER_SIZE_MAX][ID_TEXT_SIZE];
    char destination[LEDGER_SIZE_MAX][ID_TEXT_SIZE];
    char *currency;
};

struct ledger_payer ledger_payer_choose(const struct ledger_settings *settings, size_t number)
{
    struct traffic *traffic = settings->traffic;
    if (settings->mode == LEDGER_OPEN || settings->mode == LEDGER_CREDIT)
        return (struct ledger_payer){number / traffic->accounts, number % traffic->accounts};
    size_t company = traffic_company(traffic);
    return (struct ledger_payer){company, traffic_source(traffic)};
}

static void fill_transfer(struct traffic *traffic, struct texts *texts, struct ledger_payer payer,
                          size_t place, Ledger__V1__CreateTransferRequest *transfer)
{
    ledger__v1__create_transfer_request__init(transfer);
    size_t destination = traffic_destination(traffic, payer.account);
    transfer->request_id = id_format(id_new(clock_now_us()), texts->request[place]);
    transfer->destination_account_id = id_format(
        traffic_account_id(traffic, payer.company, destination), texts->destination[place]);
    transfer->amount_micros = LEDGER_AMOUNT_MICROS;
    transfer->currency = texts->currency;
}

static size_t pack_single(const struct ledger_settings *settings, struct ledger_payer payer,
                          struct texts *texts, uint8_t *out)
{
    Ledger__V1__CreateTransferRequest request;
    fill_transfer(settings->traffic, texts, payer, 0, &request);
    request.company_id = texts->company;
    request.account_id = texts->account;
    return ledger__v1__create_transfer_request__pack(&request, out);
}

static size_t pack_usage(struct texts *texts, uint8_t *out)
{
    Ledger__V1__RecordUsageRequest request = LEDGER__V1__RECORD_USAGE_REQUEST__INIT;
    request.company_id = texts->company;
    request.account_id = texts->account;
    request.request_id = id_format(id_new(clock_now_us()), texts->request[0]);
    request.amount_micros = LEDGER_USAGE_MICROS;
    request.currency = texts->currency;
    return ledger__v1__record_usage_request__pack(&request, out);
}

/* The same bytes as a StreamOrdersRequest. */
static size_t pack_bulk(const struct ledger_settings *settings, struct ledger_payer payer,
                        struct texts *texts, uint8_t *out)
{
    static Ledger__V1__CreateTransferRequest transfers[LEDGER_SIZE_MAX];
    static Ledger__V1__Order orders[LEDGER_SIZE_MAX], *places[LEDGER_SIZE_MAX];
    Ledger__V1__SubmitOrdersRequest request = LEDGER__V1__SUBMIT_ORDERS_REQUEST__INIT;
    for (size_t i = 0; i < settings->size; i++) {
        fill_transfer(settings->traffic, texts, payer, i, &transfers[i]);
        ledger__v1__order__init(&orders[i]);
        orders[i].kind_case = LEDGER__V1__ORDER__KIND_CREATE_TRANSFER;
        orders[i].create_transfer = &transfers[i];
        places[i] = &orders[i];
    }
    request.company_id = texts->company;
    request.account_id = texts->account;
    request.orders = places;
    request.n_orders = settings->size;
    assert(ledger__v1__submit_orders_request__get_packed_size(&request) <=
           LEDGER_REQUEST_BYTES_MAX);
    return ledger__v1__submit_orders_request__pack(&request, out);
}

static size_t pack_open(struct texts *texts, uint8_t *out)
{
    Ledger__V1__OpenAccountRequest request = LEDGER__V1__OPEN_ACCOUNT_REQUEST__INIT;
    request.company_id = texts->company;
    request.account_id = texts->account;
    request.request_id = texts->request[0];
    request.corporate = true;
    request.company_verified = true;
    request.currency = texts->currency;
    return ledger__v1__open_account_request__pack(&request, out);
}

static size_t pack_credit(struct texts *texts, uint8_t *out)
{
    Ledger__V1__CreditTopUpRequest request = LEDGER__V1__CREDIT_TOP_UP_REQUEST__INIT;
    request.company_id = texts->company;
    request.account_id = texts->account;
    request.request_id = texts->request[0];
    request.top_up_id = texts->request[0];
    request.amount_micros = LEDGER_CREDIT_MICROS;
    request.currency = texts->currency;
    return ledger__v1__credit_top_up_request__pack(&request, out);
}

/* Opening and crediting once is enough: their request ids follow from the account. */
static void fill_texts(const struct ledger_settings *settings, struct ledger_payer payer,
                       struct texts *texts)
{
    struct id account = traffic_account_id(settings->traffic, payer.company, payer.account);
    id_format(account, texts->account);
    texts->company[0] = '\0'; /* found by the account: those of a roster have moved into it */
    if (settings->traffic->roster == NULL)
        id_format(traffic_company_id(settings->traffic, payer.company), texts->company);
    if (settings->mode == LEDGER_OPEN || settings->mode == LEDGER_CREDIT)
        id_format(id_derive(account, settings->mode == LEDGER_OPEN ? "open" : "credit"),
                  texts->request[0]);
    texts->currency = (char *)(uintptr_t)settings->currency;
}

size_t ledger_request_pack(const struct ledger_settings *settings, struct ledger_payer payer,
                           uint8_t out[LEDGER_REQUEST_BYTES_MAX])
{
    static struct texts texts;
    fill_texts(settings, payer, &texts);
    switch (settings->mode) {
    case LEDGER_OPEN:
        return pack_open(&texts, out);
    case LEDGER_CREDIT:
        return pack_credit(&texts, out);
    case LEDGER_SINGLE:
        return pack_single(settings, payer, &texts, out);
    case LEDGER_USAGE:
        return pack_usage(&texts, out);
    case LEDGER_BULK:
    case LEDGER_STREAM:
        return pack_bulk(settings, payer, &texts, out);
    }
    assert(false);
    return 0;
}

/* ---- answers ---- */

static bool read_varint(struct bytes *bytes, uint64_t *value)
{
    *value = 0;
    for (unsigned shift = 0; shift < 64 && bytes->size > 0; shift += 7) {
        uint8_t byte = *bytes->data++;
        bytes->size--;
        *value |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80)
            return true;
    }
    return false;
}

int64_t ledger_answer_refused(struct bytes packed, int64_t *count)
{
    int64_t refused = 0;
    uint64_t tag, size, outcome = 0;
    for (*count = 0; packed.size > 0; (*count)++) {
        bool readable = read_varint(&packed, &tag) && tag == 0x0A && read_varint(&packed, &size) &&
                        size <= packed.size;
        struct bytes result = {packed.data, readable ? (size_t)size : 0};
        if (!readable || !read_varint(&result, &outcome)) {
            *count = -1;
            return refused;
        }
        refused += outcome >> 3 == RESULT_REFUSED;
        packed.data += size;
        packed.size -= (size_t)size;
    }
    return refused;
}
