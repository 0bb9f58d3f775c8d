-- Exports of this log, each with the key of its pseudonyms until that is forgotten. The application role owns the table, so
-- that it can rewrite it without the keys that it has forgotten.
create table {log}.wya_exports (
    id             uuid primary key,
    started_at     timestamptz not null default now(),
    actor          text not null,
    format         text not null,
    from_seq_id    bigint not null,
    to_seq_id      bigint not null,
    is_revealed    boolean not null,
    pseudonym_key  bytea null,       -- null once forgotten, and where ids were not replaced
    forgotten_at   timestamptz null,
    forgotten_by   text null
);
alter table {log}.wya_exports owner to {app};

-- When somebody took sealed values along, or opened them: written by wya_reveal alone. Append-only.
create table {log}.wya_reveals (
    id            bigint generated always as identity primary key,
    export_id     uuid not null,
    database_role text not null,
    actor         text not null,
    reason        text not null,
    revealed_at   timestamptz not null default now()
);
create trigger wya_keep_reveals before update or delete on {log}.wya_reveals
    for each row execute function {log}.wya_refuse_change();
alter table {log}.wya_reveals enable always trigger wya_keep_reveals;
