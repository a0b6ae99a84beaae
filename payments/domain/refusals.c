#include "payments/domain/refusals.h"

PAYMENTS_REFUSALS(REFUSAL_CONST)
