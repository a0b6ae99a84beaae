-- Since when an approved act is carried out (c-19): from then on its end is what its peer answers. NULL: nothing of it has left yet.
ALTER TABLE gateway.approval ADD COLUMN carry_time timestamptz;
