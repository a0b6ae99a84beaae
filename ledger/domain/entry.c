#include "ledger/domain/entry.h"

#include <assert.h>
#include <string.h>

#include "runtime/base/text.h"

static void company_mark(struct id company_id, uint8_t mark[6])
{
    uint8_t hash[32];
    sha256(company_id.bytes, sizeof company_id.bytes, hash);
    memcpy(mark, hash, 6);
}

/* Bytes 0-5: the company's mark; the high half of byte 6: the version; the two high bits of byte 8:
 * the variant; bytes 9-15: the sequence. */
struct id entry_id(struct id company_id, int64_t sequence)
{
    struct id id = {{0}};
    if (sequence <= 0 || sequence > ENTRY_SEQUENCE_MAX)
        return id;
    company_mark(company_id, id.bytes);
    id.bytes[6] = 0x80;
    id.bytes[8] = 0x80;
    for (int i = 0; i < 7; i++)
        id.bytes[15 - i] = (uint8_t)(sequence >> (8 * i));
    return id;
}

int64_t entry_sequence(struct id company_id, struct id id)
{
    int64_t sequence = 0;
    for (int i = 9; i < 16; i++)
        sequence = (sequence << 8) | id.bytes[i];
    return sequence > 0 && id_equal(entry_id(company_id, sequence), id) ? sequence : 0;
}

struct id entry_chain_of_reference(const struct order *order)
{
    assert(order != NULL);
    return entry_sequence(order->scope_id, order->reference_id) != 0 ? order->scope_id
                                                                     : order->company_id;
}

struct id entry_counterparty_id(const struct entry *entry)
{
    return entry->counterparty != NULL ? entry->counterparty->id : entry->sub_account_id;
}

static struct posting *posting_of(struct entry *entry, const struct account *account,
                                  enum book book)
{
    for (size_t i = 0; i < entry->posting_count; i++)
        if (entry->postings[i].account == account && entry->postings[i].book == book)
            return &entry->postings[i];
    assert(entry->posting_count < ENTRY_POSTINGS_MAX);
    return &entry->postings[entry->posting_count++];
}

void entry_post(struct entry *entry, struct account *account, enum book book, int64_t amount_micros)
{
    if (amount_micros == 0)
        return;
    assert(account_has_room(account, book, amount_micros));
    struct posting *posting = posting_of(entry, account, book);
    account->books[book] += amount_micros;
    posting->account = account;
    posting->book = book;
    posting->amount_micros += amount_micros;
    posting->balance_micros = account->books[book];
}

int64_t entry_posted(const struct entry *entry, const struct account *account, enum book book)
{
    for (size_t i = 0; i < entry->posting_count; i++)
        if (entry->postings[i].account == account && entry->postings[i].book == book)
            return entry->postings[i].amount_micros;
    return 0;
}

void entry_drop_zeros(struct entry *entry)
{
    size_t kept = 0;
    for (size_t i = 0; i < entry->posting_count; i++)
        if (entry->postings[i].amount_micros != 0)
            entry->postings[kept++] = entry->postings[i];
    entry->posting_count = kept;
    assert(kept <= ENTRY_POSTINGS_MAX);
}

bool entry_is_balanced(const struct entry *entry)
{
    int64_t sum = 0;
    for (size_t i = 0; i < entry->posting_count; i++)
        sum += entry->postings[i].amount_micros;
    return sum == 0;
}

struct writer {
    uint8_t bytes[ENTRY_HASH_SIZE + ENTRY_OUTCOME_SIZE_MAX + 1024];
    size_t size;
};

static void write_bytes(struct writer *writer, const void *data, size_t size)
{
    assert(writer->size + size <= sizeof writer->bytes);
    if (size > 0)
        memcpy(writer->bytes + writer->size, data, size);
    writer->size += size;
}

static void write_int64(struct writer *writer, int64_t value)
{
    uint8_t bytes[8];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)((uint64_t)value >> (8 * i));
    write_bytes(writer, bytes, sizeof bytes);
}

static void write_text(struct writer *writer, const char *text)
{
    write_int64(writer, (int64_t)strlen(text));
    write_bytes(writer, text, strlen(text));
}

static void write_id(struct writer *writer, struct id id)
{
    write_bytes(writer, id.bytes, sizeof id.bytes);
}

static void write_postings(struct writer *writer, const struct entry_link *link)
{
    assert(link->posting_count <= ENTRY_POSTINGS_MAX);
    for (size_t i = 0; i < link->posting_count; i++) {
        write_id(writer, link->postings[i].account_id);
        write_int64(writer, link->postings[i].book);
        write_int64(writer, link->postings[i].amount_micros);
        write_int64(writer, link->postings[i].balance_micros);
    }
}

static void write_first_form(struct writer *writer, const struct entry_link *link)
{
    assert(link->form == ENTRY_FORM_FIRST);
    write_int64(writer, link->sequence);
    write_int64(writer, link->kind);
    write_id(writer, link->account_id);
    write_id(writer,
             id_is_nil(link->counterparty_id) ? link->sub_account_id : link->counterparty_id);
    write_int64(writer, link->amount_micros);
    write_text(writer, link->currency);
    write_text(writer, link->remark);
    write_text(writer, link->tag);
    write_id(writer, link->reference_id);
    write_int64(writer, link->effective_us);
    write_int64(writer, link->recorded_us);
    write_postings(writer, link);
}

static void write_second_form(struct writer *writer, const struct entry_link *link)
{
    assert(link->form != ENTRY_FORM_FIRST);
    write_int64(writer,
                ~link->form); /* below zero, as no sequence is, with which the first begins */
    write_int64(writer, link->sequence);
    write_int64(writer, link->kind);
    write_id(writer, link->account_id);
    write_id(writer, link->counterparty_id);
    write_id(writer, link->sub_account_id);
    write_int64(writer, link->amount_micros);
    write_text(writer, link->currency);
    write_text(writer, link->remark);
    write_text(writer, link->tag);
    write_id(writer, link->reference_id);
    write_int64(writer, link->effective_us);
    write_int64(writer, link->recorded_us);
    write_id(writer, link->request_key);
    write_id(writer, link->body_key);
    write_id(writer, link->actor_id);
    write_id(writer, link->actor_reference);
    write_int64(writer, link->outcome.data != NULL ? (int64_t)link->outcome.size : -1);
    write_bytes(writer, link->outcome.data, link->outcome.size);
    write_int64(writer, (int64_t)link->posting_count);
    write_postings(writer, link);
}

void entry_link_hash(const struct entry_link *link, const uint8_t previous[ENTRY_HASH_SIZE],
                     uint8_t hash[ENTRY_HASH_SIZE])
{
    assert(link->sequence > 0 && link->posting_count <= ENTRY_POSTINGS_MAX);
    struct writer writer;
    writer.size = 0;
    write_bytes(&writer, previous, ENTRY_HASH_SIZE);
    if (link->form == ENTRY_FORM_FIRST)
        write_first_form(&writer, link);
    else
        write_second_form(&writer, link);
    sha256(writer.bytes, writer.size, hash);
}

static int posting_compare(const struct posting *a, const struct posting *b)
{
    int by_account = id_compare(a->account->id, b->account->id);
    return by_account != 0 ? by_account : (int)a->book - (int)b->book;
}

static void sort_postings(struct entry *entry)
{
    for (size_t i = 1; i < entry->posting_count; i++)
        for (size_t j = i;
             j > 0 && posting_compare(&entry->postings[j], &entry->postings[j - 1]) < 0; j--) {
            struct posting swapped = entry->postings[j];
            entry->postings[j] = entry->postings[j - 1];
            entry->postings[j - 1] = swapped;
        }
}

static int linked_compare(const struct linked_posting *a, const struct linked_posting *b)
{
    int by_account = id_compare(a->account_id, b->account_id);
    return by_account != 0 ? by_account : (a->book > b->book) - (a->book < b->book);
}

void entry_link_sort(struct entry_link *link)
{
    struct linked_posting *postings = link->postings;
    assert(link->posting_count <= ENTRY_POSTINGS_MAX);
    for (size_t i = 1; i < link->posting_count; i++)
        for (size_t j = i; j > 0 && linked_compare(&postings[j], &postings[j - 1]) < 0; j--) {
            struct linked_posting swapped = postings[j];
            postings[j] = postings[j - 1];
            postings[j - 1] = swapped;
        }
}

void entry_chain(struct entry *entry, struct bytes outcome)
{
    assert(id_equal(entry->chain->company_id, entry->account->company_id));
    assert(entry_is_balanced(entry) && outcome.size <= ENTRY_OUTCOME_SIZE_MAX);
    const struct order *order = entry->order;
    sort_postings(entry);
    struct entry_link link = {
        .form = ENTRY_FORM_SECOND,
        .sequence = entry->sequence,
        .kind = order->kind,
        .account_id = entry->account->id,
        .counterparty_id = entry->counterparty != NULL ? entry->counterparty->id : (struct id){{0}},
        .amount_micros = entry->amount_micros,
        .currency = entry->account->currency,
        .remark = order->remark,
        .tag = order->tag,
        .reference_id = order_reference(order),
        .sub_account_id = entry->sub_account_id,
        .request_key = order->request_key,
        .body_key = order->body_key,
        .actor_id = order->actor != NULL ? order->actor->principal_id : (struct id){{0}},
        .actor_reference = order_actor_reference(order),
        .outcome = outcome,
        .effective_us = entry->effective_us,
        .recorded_us = entry->recorded_us,
        .posting_count = entry->posting_count};
    for (size_t i = 0; i < entry->posting_count; i++) {
        const struct posting *posting = &entry->postings[i];
        link.postings[i].account_id = posting->account->id;
        link.postings[i].book = posting->book;
        link.postings[i].amount_micros = posting->amount_micros;
        link.postings[i].balance_micros = posting->balance_micros;
    }
    entry_link_hash(&link, entry->chain->hash, entry->hash);
    memcpy(entry->chain->hash, entry->hash, ENTRY_HASH_SIZE);
}
