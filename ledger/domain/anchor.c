#include "ledger/domain/anchor.h"

#include <assert.h>
#include <string.h>

#define ANCHOR_LABEL "kontor anchor 1\n"
#define ENTRY_LABEL "kontor entry 1\n"

struct writer {
    uint8_t bytes[2048];
    size_t size;
};

static void write_bytes(struct writer *writer, const void *data, size_t size)
{
    assert(writer->size + size <= sizeof writer->bytes);
    memcpy(writer->bytes + writer->size, data, size);
    writer->size += size;
}

/* Big endian, as all numbers of a proof. */
static void write_int64(struct writer *writer, int64_t value)
{
    uint64_t bits = htobe64((uint64_t)value);
    write_bytes(writer, &bits, sizeof bits);
}

static void write_text(struct writer *writer, const char *text)
{
    write_int64(writer, (int64_t)strlen(text));
    write_bytes(writer, text, strlen(text));
}

void anchor_pack(const struct anchor *anchor, uint8_t packed[ANCHOR_SIZE])
{
    struct writer writer = {.size = 0};
    assert(anchor->number > 0 && anchor->first_sequence > 0);
    assert(anchor->last_sequence >= anchor->first_sequence && anchor->account_count > 0);
    write_bytes(&writer, ANCHOR_LABEL, sizeof ANCHOR_LABEL - 1);
    write_bytes(&writer, anchor->company_id.bytes, sizeof anchor->company_id.bytes);
    write_int64(&writer, anchor->number);
    write_int64(&writer, anchor->period_us);
    write_int64(&writer, anchor->first_sequence);
    write_int64(&writer, anchor->last_sequence);
    write_bytes(&writer, anchor->entries_root.bytes, MERKLE_HASH_SIZE);
    write_int64(&writer, anchor->account_count);
    write_bytes(&writer, anchor->accounts_root.bytes, MERKLE_HASH_SIZE);
    write_bytes(&writer, anchor->previous.bytes, MERKLE_HASH_SIZE);
    assert(writer.size == ANCHOR_SIZE);
    memcpy(packed, writer.bytes, writer.size);
}

struct merkle_hash anchor_hash(const struct anchor *anchor)
{
    uint8_t packed[ANCHOR_SIZE];
    struct merkle_hash hash;
    anchor_pack(anchor, packed);
    sha256(packed, sizeof packed, hash.bytes);
    return hash;
}

static void write_entry(struct writer *writer, const struct stated_entry *entry)
{
    assert(writer->size == MERKLE_HASH_SIZE); /* the state before */
    write_bytes(writer, ENTRY_LABEL, sizeof ENTRY_LABEL - 1);
    write_bytes(writer, entry->hash.bytes, MERKLE_HASH_SIZE);
    write_int64(writer, entry->sequence);
    write_int64(writer, entry->kind);
    write_bytes(writer, entry->account_id.bytes, 16);
    write_bytes(writer, entry->counterparty_id.bytes, 16);
    write_bytes(writer, entry->sub_account_id.bytes, 16);
    write_int64(writer, entry->amount_micros);
    write_text(writer, entry->currency);
    write_text(writer, entry->remark);
    write_text(writer, entry->tag);
    write_bytes(writer, entry->reference_id.bytes, 16);
    write_bytes(writer, entry->actor_reference.bytes, 16);
    write_int64(writer, entry->effective_us);
    write_int64(writer, entry->recorded_us);
    write_int64(writer, (int64_t)entry->posting_count);
    for (size_t i = 0; i < entry->posting_count; i++) {
        write_int64(writer, entry->postings[i].book);
        write_int64(writer, entry->postings[i].amount_micros);
        write_int64(writer, entry->postings[i].balance_micros);
    }
}

void told_state_add(struct told_state *state, const struct stated_entry *entry)
{
    struct writer writer = {.size = 0};
    assert(entry->posting_count <= ENTRY_POSTINGS_MAX);
    write_bytes(&writer, state->hash.bytes, MERKLE_HASH_SIZE);
    write_entry(&writer, entry);
    sha256(writer.bytes, writer.size, state->hash.bytes);
    state->entries++;
}

struct merkle_hash told_state_leaf(struct id account_id, const struct told_state *state)
{
    struct writer writer = {.size = 0};
    write_bytes(&writer, account_id.bytes, sizeof account_id.bytes);
    write_int64(&writer, state->entries);
    write_bytes(&writer, state->hash.bytes, MERKLE_HASH_SIZE);
    return merkle_leaf(writer.bytes, writer.size);
}

int64_t anchor_period(int64_t moment_us, int64_t interval_us)
{
    assert(moment_us >= 0 && interval_us > 0);
    return moment_us - moment_us % interval_us;
}
