#include "cli/proof_check.h"

#include <endian.h>
#include <string.h>

#include "runtime/base/clock.h"
#include "runtime/base/text.h"

#define HASH_SIZE 32
#define BOOKS 10 /* they are numbered from 1 to 9 */
#define TEXT_SIZE_MAX 4096

struct writer {
    uint8_t bytes[4 * TEXT_SIZE_MAX];
    size_t size;
};

static void write_bytes(struct writer *writer, const void *data, size_t size)
{
    if (size > 0)
        memcpy(writer->bytes + writer->size, data, size);
    writer->size += size;
}

static void write_number(struct writer *writer, int64_t value)
{
    uint64_t bits = htobe64((uint64_t)value);
    write_bytes(writer, &bits, sizeof bits);
}

static void write_binary(struct writer *writer, ProtobufCBinaryData data)
{
    write_bytes(writer, data.data, data.len);
}

static void write_text(struct writer *writer, const char *text)
{
    write_number(writer, (int64_t)strlen(text));
    write_bytes(writer, text, strlen(text));
}

static bool is_hash(ProtobufCBinaryData data)
{
    return data.len == HASH_SIZE;
}

static bool is_id(ProtobufCBinaryData data)
{
    return data.len == 16;
}

/* ---- trees (RFC 9162, 2.1.3.2) ---- */

static void join(const uint8_t *left, const uint8_t *right, uint8_t hash[HASH_SIZE])
{
    uint8_t bytes[1 + 2 * HASH_SIZE] = {1};
    memcpy(bytes + 1, left, HASH_SIZE);
    memcpy(bytes + 1 + HASH_SIZE, right, HASH_SIZE);
    sha256(bytes, sizeof bytes, hash);
}

struct place {
    int64_t index, size;
    ProtobufCBinaryData *path;
    size_t path_size;
    ProtobufCBinaryData root;
};

static bool is_in_tree(const void *leaf, size_t leaf_size, const struct place *place)
{
    struct writer writer = {.size = 0};
    uint8_t hash[HASH_SIZE];
    int64_t index = place->index, last = place->size - 1;
    if (index < 0 || index > last)
        return false;
    write_bytes(&writer, "", 1);
    write_bytes(&writer, leaf, leaf_size);
    sha256(writer.bytes, writer.size, hash);
    for (size_t i = 0; i < place->path_size; i++) {
        if (last == 0 || !is_hash(place->path[i]))
            return false;
        bool is_right = index % 2 == 1 || index == last;
        if (is_right)
            join(place->path[i].data, hash, hash);
        else
            join(hash, place->path[i].data, hash);
        for (; is_right && index % 2 == 0 && index > 0; index /= 2)
            last /= 2;
        index /= 2;
        last /= 2;
    }
    return last == 0 && memcmp(hash, place->root.data, HASH_SIZE) == 0;
}

/* ---- anchors ---- */

static void pack_anchor(const Ledger__V1__Proof *proof, const Ledger__V1__Anchor *anchor,
                        struct writer *writer)
{
    writer->size = 0;
    write_bytes(writer, "kontor anchor 1\n", 16);
    write_binary(writer, proof->company_id);
    write_number(writer, anchor->number);
    write_number(writer, anchor->period_us);
    write_number(writer, anchor->first_sequence);
    write_number(writer, anchor->last_sequence);
    write_binary(writer, anchor->entries_root);
    write_number(writer, anchor->account_count);
    write_binary(writer, anchor->accounts_root);
    write_binary(writer, anchor->previous);
}

static bool follows(const Ledger__V1__Proof *proof, const Ledger__V1__Anchor *before,
                    const Ledger__V1__Anchor *anchor)
{
    struct writer writer;
    uint8_t hash[HASH_SIZE];
    pack_anchor(proof, before, &writer);
    sha256(writer.bytes, writer.size, hash);
    return memcmp(anchor->previous.data, hash, HASH_SIZE) == 0 &&
           anchor->number == before->number + 1 && anchor->period_us >= before->period_us &&
           anchor->first_sequence == before->last_sequence + 1;
}

static bool is_trusted(const struct proof_keys *trusted, const uint8_t *key)
{
    size_t i = 0;
    while (i < trusted->count && memcmp(trusted->keys[i], key, SIGNATURE_KEY_SIZE) != 0)
        i++;
    return trusted->count == 0 || i < trusted->count;
}

/* A signer may sign any number. */
static bool counts(const Ledger__V1__Anchor *anchor)
{
    return anchor->number >= 1 && anchor->number < INT64_MAX && anchor->first_sequence >= 1 &&
           anchor->last_sequence >= anchor->first_sequence && anchor->last_sequence < INT64_MAX &&
           anchor->account_count >= 1 && anchor->period_us >= 0 &&
           anchor->period_us < MOMENT_MAX_US;
}

static const char *check_anchor(const Ledger__V1__Proof *proof, const Ledger__V1__Anchor *anchor,
                                const struct proof_keys *trusted)
{
    struct writer writer;
    if (!is_hash(anchor->entries_root) || !is_hash(anchor->accounts_root) ||
        !is_hash(anchor->previous) || anchor->public_key.len != SIGNATURE_KEY_SIZE ||
        anchor->signature.len != SIGNATURE_SIZE)
        return "an anchor has a part of another size";
    if (!counts(anchor))
        return "an anchor has a number that is none";
    if (!is_trusted(trusted, anchor->public_key.data))
        return "an anchor is signed with another key";
    pack_anchor(proof, anchor, &writer);
    return signature_is_right(anchor->public_key.data, writer.bytes, writer.size,
                              anchor->signature.data)
               ? NULL
               : "an anchor's signature is wrong";
}

static const char *check_anchors(const Ledger__V1__Proof *proof, const struct proof_keys *trusted)
{
    const char *wrong = proof->n_anchors > 0 ? NULL : "there is no anchor";
    for (size_t i = 0; i < proof->n_anchors && wrong == NULL; i++) {
        wrong = check_anchor(proof, proof->anchors[i], trusted);
        if (wrong == NULL && i > 0 && !follows(proof, proof->anchors[i - 1], proof->anchors[i]))
            wrong = "an anchor is missing";
    }
    return wrong;
}

/* ---- the account's states ---- */

static bool is_state_of(const Ledger__V1__Proof *proof, const Ledger__V1__AnchoredState *state,
                        const Ledger__V1__Anchor *anchor)
{
    struct writer leaf = {.size = 0};
    const struct place place = {state->index, anchor->account_count, state->path, state->n_path,
                                anchor->accounts_root};
    write_binary(&leaf, proof->account_id);
    write_number(&leaf, state->entries);
    if (!is_hash(state->hash) || state->entries < 0 || state->entries > anchor->last_sequence)
        return false;
    write_binary(&leaf, state->hash);
    return is_in_tree(leaf.bytes, leaf.size, &place);
}

/* ---- the entries ---- */

struct statement {
    int64_t entries;
    uint8_t hash[HASH_SIZE];
    int64_t last_sequence;
    bool is_known[BOOKS]; /* of each book, the balance */
    int64_t balances[BOOKS];
};

static void add_entry(struct statement *statement, const Ledger__V1__StatedEntry *entry)
{
    struct writer writer = {.size = 0};
    write_bytes(&writer, statement->hash, HASH_SIZE);
    write_bytes(&writer, "kontor entry 1\n", 15);
    write_binary(&writer, entry->hash);
    write_number(&writer, entry->sequence);
    write_number(&writer, entry->kind);
    write_binary(&writer, entry->account_id);
    write_binary(&writer, entry->counterparty_id);
    write_binary(&writer, entry->sub_account_id);
    write_number(&writer, entry->amount_micros);
    write_text(&writer, entry->currency);
    write_text(&writer, entry->remark);
    write_text(&writer, entry->tag);
    write_binary(&writer, entry->reference_id);
    write_binary(&writer, entry->actor_reference);
    write_number(&writer, entry->effective_us);
    write_number(&writer, entry->recorded_us);
    write_number(&writer, (int64_t)entry->n_postings);
    for (size_t i = 0; i < entry->n_postings; i++) {
        write_number(&writer, entry->postings[i]->book);
        write_number(&writer, entry->postings[i]->amount_micros);
        write_number(&writer, entry->postings[i]->balance_micros);
    }
    sha256(writer.bytes, writer.size, statement->hash);
    statement->entries++;
    statement->last_sequence = entry->sequence;
}

static bool has_right_sizes(const Ledger__V1__StatedEntry *entry)
{
    return is_id(entry->account_id) && is_id(entry->counterparty_id) &&
           is_id(entry->sub_account_id) && is_id(entry->reference_id) &&
           is_id(entry->actor_reference) && is_hash(entry->hash) && entry->n_postings < BOOKS &&
           strlen(entry->currency) < TEXT_SIZE_MAX / 4 && strlen(entry->remark) < TEXT_SIZE_MAX &&
           strlen(entry->tag) < TEXT_SIZE_MAX;
}

static bool is_anchored(const Ledger__V1__Proof *proof, const Ledger__V1__StatedEntry *entry)
{
    for (size_t i = 0; i < proof->n_anchors; i++) {
        const Ledger__V1__Anchor *anchor = proof->anchors[i];
        if (entry->sequence < anchor->first_sequence || entry->sequence > anchor->last_sequence)
            continue;
        const struct place place = {entry->sequence - anchor->first_sequence,
                                    anchor->last_sequence - anchor->first_sequence + 1, entry->path,
                                    entry->n_path, anchor->entries_root};
        return is_in_tree(entry->hash.data, HASH_SIZE, &place);
    }
    return false;
}

static bool balances_follow(struct statement *statement, const Ledger__V1__StatedEntry *entry)
{
    for (size_t i = 0; i < entry->n_postings; i++) {
        const Ledger__V1__StatedPosting *posting = entry->postings[i];
        int64_t sum = 0, book = posting->book;
        if (book < 1 || book >= BOOKS ||
            (statement->is_known[book] &&
             (__builtin_add_overflow(statement->balances[book], posting->amount_micros, &sum) ||
              sum != posting->balance_micros)))
            return false;
        statement->is_known[book] = true;
        statement->balances[book] = posting->balance_micros;
    }
    return true;
}

static const char *check_entry(const Ledger__V1__Proof *proof, struct statement *statement,
                               const Ledger__V1__StatedEntry *entry)
{
    if (!has_right_sizes(entry))
        return "an entry has a part of another size";
    if (entry->sequence <= statement->last_sequence)
        return "an entry is out of its order";
    if (!is_anchored(proof, entry))
        return "an entry is not in its anchor";
    if (!balances_follow(statement, entry))
        return "a balance does not follow from the one before";
    add_entry(statement, entry);
    return NULL;
}

static const char *begin(const Ledger__V1__Proof *proof, struct statement *statement)
{
    const Ledger__V1__AnchoredState *opening = proof->opening;
    *statement = (struct statement){0};
    if (opening != NULL && !is_state_of(proof, opening, proof->anchors[0]))
        return "the first anchor has another state of the account";
    if (opening != NULL) {
        statement->entries = opening->entries;
        memcpy(statement->hash, opening->hash.data, HASH_SIZE);
        statement->last_sequence = proof->anchors[0]->last_sequence;
    }
    for (size_t book = 0; book < BOOKS && statement->entries == 0; book++)
        statement->is_known[book] = true; /* nothing was booked yet */
    return NULL;
}

const char *proof_check(const Ledger__V1__Proof *proof, const struct proof_keys *trusted)
{
    struct statement statement;
    if (!is_id(proof->company_id) || !is_id(proof->account_id))
        return "company or account is none";
    const char *wrong = check_anchors(proof, trusted);
    if (wrong != NULL)
        return wrong;
    if (proof->closing == NULL ||
        !is_state_of(proof, proof->closing, proof->anchors[proof->n_anchors - 1]))
        return "the last anchor has another state of the account";
    wrong = begin(proof, &statement);
    for (size_t i = 0; i < proof->n_entries && wrong == NULL; i++)
        wrong = check_entry(proof, &statement, proof->entries[i]);
    if (wrong != NULL)
        return wrong;
    bool is_whole = statement.entries == proof->closing->entries &&
                    memcmp(statement.hash, proof->closing->hash.data, HASH_SIZE) == 0;
    return is_whole ? NULL : "the account's statement is another one";
}
