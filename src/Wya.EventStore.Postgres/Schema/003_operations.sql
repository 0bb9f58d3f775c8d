-- What operators did: by whom, why, and what it changed in numbers. Written with the change, in its transaction, wherever
-- that is in this database. Append-only.
create table {log}.wya_operations (
    id      uuid primary key,               -- version 7: in the order of time
    at      timestamptz not null,
    verb    text not null,                  -- rebuild, approve, release, …
    target  text not null,                  -- the read models, consumer or stream that it was about
    actor   text not null,
    reason  text not null,                  -- empty where none is asked for
    outcome text not null check (outcome in ('done', 'ordered')), -- ordered: a worker carries it out, and says what came of it
    numbers jsonb not null
);

create trigger wya_append_only before update or delete on {log}.wya_operations
    for each row execute function {log}.wya_refuse_change();
create trigger wya_append_only_truncate before truncate on {log}.wya_operations
    for each statement execute function {log}.wya_refuse_change();
alter table {log}.wya_operations enable always trigger wya_append_only;
alter table {log}.wya_operations enable always trigger wya_append_only_truncate;

-- Read models that are rebuilt together are one set, and are swapped in one transaction. A rebuild alone is a set of one.
-- It never swaps rows that differ unless somebody has approved the difference that they have seen.
alter table {log}.wya_rebuilds drop column hold_on_difference;
alter table {log}.wya_rebuilds drop constraint wya_rebuilds_kind_check;
alter table {log}.wya_rebuilds add check (kind in ('rebuild', 'switch_back', 'rows'));
alter table {log}.wya_rebuilds
    add column set_id              uuid null,
    add column scope               text null,   -- of kind rows: stream:<id> or key:<value>; only the rows that it names are folded anew
    add column reason              text not null default '',
    add column events_a_second_max int null check (events_a_second_max > 0),
    add column expected_seconds    double precision null,
    add column difference          jsonb null,  -- a table each: rows added, removed, changed
    add column fingerprint         text null,   -- of the rows that differ: who approves names what they have seen
    add column approved            jsonb null,  -- the difference that was approved
    add column approved_by         text null;
update {log}.wya_rebuilds set set_id = id;
alter table {log}.wya_rebuilds alter column set_id set not null;
create index wya_rebuilds_set on {log}.wya_rebuilds (set_id);

-- The first rows that differ. Only ids, numbers, times and words of a closed list stand in the clear; of other values one
-- sees whether they differ.
create table {log}.wya_rebuild_differences (
    rebuild_id  uuid not null references {log}.wya_rebuilds on delete cascade,
    number      int not null,
    table_name  text not null,
    difference  text not null check (difference in ('added', 'removed', 'changed')),
    key         jsonb not null,
    live        jsonb null,
    rebuilt     jsonb null,
    event_count bigint null, -- of the events that touch the row; null: not looked for
    events      jsonb null,  -- the last of them: position, stream, version, type, time
    primary key (rebuild_id, number)
);
