#include "ledger/domain/refusals.h"

LEDGER_REFUSALS(REFUSAL_CONST)
