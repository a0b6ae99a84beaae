#include "ledger/service/usage_rpc.h"
