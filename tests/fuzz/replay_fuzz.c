/* A row of an entry, whatever it holds, is answered or refused: it trips nothing
 * (ledger/batch/replay.h). */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "ledger/batch/replay.h"

#define ROW_BYTES 40

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int64_t number(const uint8_t *data, unsigned shift)
{
    uint64_t value = 0;
    for (size_t i = 0; i < 8; i++)
        value = value << 8 | data[i];
    return (int64_t)value >> shift;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < ROW_BYTES)
        return 0;
    struct arena arena;
    arena_init(&arena, 1024 * 1024);
    struct ledger_find_request_entries_row row = {.account_id = {{1}},
                                                  .currency = (data[0] & 1) != 0 ? "CNY" : "LONG",
                                                  .remark = "r",
                                                  .tag = "",
                                                  .kind = (int8_t)data[1],
                                                  .book = (int8_t)data[2],
                                                  .other_book = (int8_t)data[3],
                                                  .has_other_book = (data[0] & 2) != 0,
                                                  .has_other_account_id = (data[0] & 4) != 0,
                                                  .has_sub_account_id = (data[0] & 8) != 0,
                                                  .sequence = number(data + 4, data[0] >> 4),
                                                  .recorded_us = number(data + 8, 12),
                                                  .effective_us = number(data + 12, 12),
                                                  .amount_micros = number(data + 16, 0),
                                                  .change_micros = number(data + 20, 0),
                                                  .balance_micros = number(data + 24, 4),
                                                  .other_balance_micros = number(data + 28, 4)};
    row.other_account_id.bytes[0] = data[0] & 1;
    row.sub_account_id.bytes[0] = row.has_sub_account_id;
    row.company_id.bytes[0] = 2;
    row.outcome = (struct bytes){data + ROW_BYTES, size - ROW_BYTES};
    struct bytes answer = {0};
    enum failure failure = replay_pack(&arena, &row, &answer);
    assert(failure == FAILURE_INTERNAL || (failure == FAILURE_NONE && answer.data != NULL));
    arena_deinit(&arena);
    return 0;
}
