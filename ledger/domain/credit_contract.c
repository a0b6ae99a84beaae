#include "ledger/domain/credit_contract.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "runtime/base/amount.h"
#include "runtime/base/text.h"

void credit_contract_text(const struct account *account, int64_t limit_micros,
                          char text[CREDIT_CONTRACT_TEXT_SIZE])
{
    char amount[AMOUNT_TEXT_SIZE], account_id[ID_TEXT_SIZE];
    const struct currency *currency = currency_find(account->currency);
    assert(limit_micros >= 0);
    text[0] = '\0'; /* there is none in no currency */
    if (currency == NULL)
        return;
    bool fits = text_print(
        text, CREDIT_CONTRACT_TEXT_SIZE,
        "Credit control contract. The account %s may spend up to %s %s more than it has. Whoever "
        "confirms this for the account agrees to pay what is spent so by the dates of its bills. "
        "The limit counts from the confirmation on. The company's main account, or the provider, "
        "may change it at any time; each change counts at once, without another contract, and is "
        "told by a text message.",
        id_format(account->id, account_id), amount_format(limit_micros, currency, amount),
        account->currency);
    assert(fits);
    (void)fits;
}

void credit_contract_hash(const struct account *account, int64_t limit_micros,
                          char hash[CREDIT_CONTRACT_HASH_SIZE])
{
    char text[CREDIT_CONTRACT_TEXT_SIZE], bytes[CREDIT_CONTRACT_TEXT_SIZE + 256];
    char account_id[ID_TEXT_SIZE];
    uint8_t digest[32];
    credit_contract_text(account, limit_micros, text);
    bool fits = text_print(bytes, sizeof bytes,
                           "kontor.credit.contract.%d\naccount_id=%s\nlimit_micros=%" PRId64
                           "\ncurrency=%s\ntext=%s\n",
                           CREDIT_CONTRACT_VERSION, id_format(account->id, account_id),
                           limit_micros, account->currency, text);
    assert(fits);
    (void)fits;
    sha256(bytes, strlen(bytes), digest);
    bytes_to_hex(digest, sizeof digest, hash);
}
