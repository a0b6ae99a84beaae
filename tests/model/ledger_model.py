"""A second ledger, written from the rules and the protos alone, that predicts what the service must answer.

It holds accounts with their cash, transferred-in lots (D.2), credit, usage and holds, decides every order by the numbered rules
and says the code, the reason and the balances that the service has to give. ledger_test.py compares both after each order."""
