-- The chain over a log in which no change may pass unseen (LogSchema.Migrate says which logs): one row an event, written by
-- wya_append alone, over what the event's row holds. What each byte means: docs/reference/audit-log.md.
create table {log}.wya_chain (
    seq_id bigint primary key,
    salt   uuid not null,  -- so that the digest of who acted, in an entry that is shown to somebody, cannot be guessed
    leaf   bytea not null, -- SHA-256(0x00, entry): what the Merkle tree is made of
    chain  bytea not null  -- SHA-256(chain of the position before, leaf); before the first, 32 zeros
);
alter table {log}.wya_log_head add column is_chained boolean not null default false;

create trigger wya_append_only before update or delete on {log}.wya_chain
    for each row execute function {log}.wya_refuse_change();
create trigger wya_append_only_truncate before truncate on {log}.wya_chain
    for each statement execute function {log}.wya_refuse_change();
alter table {log}.wya_chain enable always trigger wya_append_only;
alter table {log}.wya_chain enable always trigger wya_append_only_truncate;
