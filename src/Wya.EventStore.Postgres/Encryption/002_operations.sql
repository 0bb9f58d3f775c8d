-- What operators did with the keys: as the logs keep it (Schema/003_operations.sql), for a database that has no log.
create table if not exists wya_operations (
    id      uuid primary key,
    at      timestamptz not null,
    verb    text not null,
    target  text not null,
    actor   text not null,
    reason  text not null,
    outcome text not null check (outcome in ('done', 'ordered')),
    numbers jsonb not null
);
grant select, insert on wya_operations to {app};

create or replace function wya_keep_operations() returns trigger language plpgsql as $$
begin
    raise exception 'the record of operations is append-only: % is refused', tg_op using errcode = 'insufficient_privilege';
end $$;
create or replace trigger wya_append_only before update or delete on wya_operations for each row execute function wya_keep_operations();
create or replace trigger wya_append_only_truncate before truncate on wya_operations for each statement execute function wya_keep_operations();
alter table wya_operations enable always trigger wya_append_only;
alter table wya_operations enable always trigger wya_append_only_truncate;
