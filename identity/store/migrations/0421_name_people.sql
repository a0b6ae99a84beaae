-- People say their names, sealed like their addresses.
GRANT UPDATE (name_sealed) ON principal TO CURRENT_USER;
