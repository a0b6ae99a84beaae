/* The contract that an account's first credit limit needs (LED-15, LED-42): its text, and the hash
 * by which the very contract that was shown is confirmed. Later limits need none (LED-16). */
#ifndef LEDGER_DOMAIN_CREDIT_CONTRACT_H
#define LEDGER_DOMAIN_CREDIT_CONTRACT_H

#include "ledger/domain/account.h"

#define CREDIT_CONTRACT_VERSION 1 /* of the text */
#define CREDIT_CONTRACT_TEXT_SIZE 640
#define CREDIT_CONTRACT_HASH_SIZE 65

/* Of an account whose limit was set, for that amount. */
void credit_contract_text(const struct account *account, int64_t limit_micros,
                          char text[CREDIT_CONTRACT_TEXT_SIZE]);

/* SHA-256, in hexadecimal digits, of the bytes that ledger/v1/credit.proto writes down. */
void credit_contract_hash(const struct account *account, int64_t limit_micros,
                          char hash[CREDIT_CONTRACT_HASH_SIZE]);

#endif
