#include "runtime/base/id.h"

#include <assert.h>
#include <string.h>

#include "runtime/base/text.h"

/* A clock that steps back less than this (NTP) does not break the order; one that is turned further
 * starts anew. */
#define STEP_BACK_MS_MAX 1000

#define TAIL_BITS_MAX ((UINT64_C(1) << 62) - 1)
#define MIDDLE_BITS_MAX 0x0fffu

/* The fields of RFC 9562, 5.7: 48 bits of milliseconds, 12 in the middle, 62 in the tail. */
struct id_state {
    int64_t ms;
    uint32_t middle;
    uint64_t tail;
    uint64_t step;
};

static _Thread_local struct id_state last = {.ms = -1};

static void state_draw(struct id_state *state, int64_t ms)
{
    struct {
        uint64_t tail;
        uint32_t middle;
        uint32_t step;
    } drawn;
    random_bytes(&drawn, sizeof drawn);
    state->ms = ms;
    state->middle = drawn.middle & MIDDLE_BITS_MAX >> 1; /* the top bit leaves room to grow */
    state->tail = drawn.tail & TAIL_BITS_MAX;
    state->step = (uint64_t)drawn.step + 1;
    assert(state->middle <= MIDDLE_BITS_MAX && state->tail <= TAIL_BITS_MAX);
}

static void state_grow(struct id_state *state)
{
    assert(state->step > 0);
    state->tail += state->step;
    if (state->tail <= TAIL_BITS_MAX)
        return;
    state->tail &= TAIL_BITS_MAX;
    if (++state->middle > MIDDLE_BITS_MAX)
        state_draw(state, state->ms + 1);
}

static void write_big_endian(uint8_t *out, uint64_t value, int size)
{
    for (int i = size - 1; i >= 0; i--, value >>= 8)
        out[i] = (uint8_t)value;
}

static void id_mark(struct id *id, uint8_t version)
{
    assert(version <= 0xf);
    id->bytes[6] = (uint8_t)((id->bytes[6] & 0x0f) | version << 4);
    id->bytes[8] = (uint8_t)((id->bytes[8] & 0x3f) | 0x80);
}

struct id id_new(int64_t now_us)
{
    int64_t ms = now_us / 1000;
    assert(ms >= 0 && ms < INT64_C(1) << 48);
    if (ms > last.ms || ms < last.ms - STEP_BACK_MS_MAX)
        state_draw(&last, ms);
    else
        state_grow(&last);
    struct id id;
    write_big_endian(id.bytes, (uint64_t)last.ms, 6);
    write_big_endian(id.bytes + 6, last.middle, 2);
    write_big_endian(id.bytes + 8, last.tail, 8);
    id_mark(&id, 7);
    return id;
}

/* Where the text has each byte; a dash stands before the fifth, seventh, ninth and eleventh. */
static const uint8_t places[sizeof(struct id)] = {0,  2,  4,  6,  9,  11, 14, 16,
                                                  19, 21, 24, 26, 28, 30, 32, 34};

static bool has_dash_before(size_t byte)
{
    return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

/* Goes no further than the text does: whatever is not a digit, or no dash in its place, ends it. */
bool id_parse(const char *text, struct id *id)
{
    struct id parsed;
    if (text == NULL)
        return false;
    for (size_t i = 0; i < sizeof parsed.bytes; i++) {
        if (has_dash_before(i) && text[places[i] - 1] != '-')
            return false;
        int byte = byte_from_hex(text + places[i]);
        if (byte < 0)
            return false;
        parsed.bytes[i] = (uint8_t)byte;
    }
    if (text[ID_TEXT_SIZE - 1] != '\0')
        return false;
    *id = parsed;
    return true;
}

char *id_format(struct id id, char text[ID_TEXT_SIZE])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < sizeof id.bytes; i++) {
        if (has_dash_before(i))
            text[places[i] - 1] = '-';
        text[places[i]] = digits[id.bytes[i] >> 4];
        text[places[i] + 1] = digits[id.bytes[i] & 15];
    }
    text[ID_TEXT_SIZE - 1] = '\0';
    return text;
}

uint64_t id_hash(struct id id)
{
    uint64_t hash = UINT64_C(0xCBF29CE484222325);
    for (size_t i = 0; i < sizeof id.bytes; i++)
        hash = (hash ^ id.bytes[i]) * UINT64_C(0x100000001B3);
    return hash ^ hash >> 32;
}

struct id id_derive(struct id from, const char *label)
{
    assert(label != NULL);
    uint8_t label_hash[32];
    sha256(label, strlen(label), label_hash);
    uint8_t joined[sizeof from.bytes + sizeof label_hash];
    memcpy(joined, from.bytes, sizeof from.bytes);
    memcpy(joined + sizeof from.bytes, label_hash, sizeof label_hash);
    uint8_t hash[32];
    sha256(joined, sizeof joined, hash);
    struct id id;
    memcpy(id.bytes, hash, sizeof id.bytes);
    id_mark(&id, 8);
    return id;
}
