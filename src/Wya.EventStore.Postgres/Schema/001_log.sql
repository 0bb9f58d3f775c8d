-- The log of one domain. mt_* is the storage contract shared with Marten 9 (docs/reference/storage.md); wya_* is ours.
-- Owned by the migrating role. The application role may read everything here, writes events only through wya_append,
-- and writes the bookkeeping of projections directly.

create table {log}.mt_streams (
    id          uuid primary key,
    type        varchar null,
    version     bigint,
    timestamp   timestamptz not null default now(),
    created     timestamptz not null default now(),
    tenant_id   varchar default '*DEFAULT*',
    is_archived boolean default false
) with (fillfactor = 80); -- room on the page for the next version, so that an append's update touches no index

create table {log}.mt_events (
    seq_id         bigint not null,
    id             uuid not null,
    stream_id      uuid not null,
    version        bigint not null,
    data           jsonb not null,
    bdata          bytea null,
    type           varchar(500) not null,
    timestamp      timestamptz not null default now(),
    tenant_id      varchar default '*DEFAULT*',
    mt_dotnet_type varchar null,
    correlation_id varchar null,
    causation_id   varchar null,
    headers        jsonb null,
    is_archived    boolean default false,
    constraint pkey_mt_events_seq_id primary key (seq_id),
    constraint fkey_mt_events_stream_id foreign key (stream_id) references {log}.mt_streams (id) on delete cascade
);
create unique index pk_mt_events_stream_and_version on {log}.mt_events (stream_id, version);
create unique index wya_events_id on {log}.mt_events (id);

create sequence {log}.mt_events_sequence owned by {log}.mt_events.seq_id;

create table {log}.mt_event_progression (
    name         varchar not null,
    last_seq_id  bigint null,
    last_updated timestamptz default transaction_timestamp(),
    constraint pk_mt_event_progression primary key (name)
) with (fillfactor = 50);

create table {log}.mt_high_water_skips (
    ending_sequence   bigint primary key,
    starting_sequence bigint not null,
    timestamp         timestamptz not null default now()
);

-- The one row that every append locks first and holds to its commit. Whoever sees position n committed sees all below n.
create table {log}.wya_log_head (
    only_row boolean primary key default true check (only_row),
    position bigint not null,      -- of the last event
    time     timestamptz not null  -- of the last batch, which may have recorded nothing; never decreases
) with (fillfactor = 10);
insert into {log}.wya_log_head (position, time) values (0, '-infinity');

-- Names taken for ever, each by one stream: see StreamType.Claims.
create table {log}.wya_claims (
    claim     text primary key,
    stream_id uuid not null
);

-- Beside mt_event_progression: who may move a position. The epoch rises with every new leader; a stale one writes nothing.
create table {log}.wya_projections (
    name       text primary key,
    epoch      bigint not null default 0,
    status     text not null default 'running' check (status in ('running', 'paused')),
    leader     text null,            -- the process that leads, for people to read
    error      text null,            -- why it stands still, if it does: the kind of error, never its data
    updated_at timestamptz not null default now()
);

-- Streams set aside from a projection after a failure, so that the others go on.
create table {log}.wya_parked_streams (
    projection    text not null,
    stream_id     uuid not null,
    first_seq_id  bigint not null,   -- the event that failed
    error         text not null,     -- kind of error and place in the code, never its data
    attempts      int not null,
    next_retry_at timestamptz null,  -- null: no more by itself
    state         text not null check (state in ('retrying', 'dead')),
    parked_at     timestamptz not null,
    primary key (projection, stream_id)
);

create index wya_parked_streams_due on {log}.wya_parked_streams (projection, next_retry_at) where state = 'retrying';

-- Their events, in order; pointers only, so that nothing sensitive is copied.
create table {log}.wya_parked_events (
    projection text not null,
    stream_id  uuid not null,
    seq_id     bigint not null,
    primary key (projection, stream_id, seq_id),
    foreign key (projection, stream_id) references {log}.wya_parked_streams on delete cascade
);

-- What operators decided about dead letters. Append-only.
create table {log}.wya_dead_letter_decisions (
    id         uuid primary key,
    projection text not null,
    stream_id  uuid not null,
    seq_id     bigint not null,
    decision   text not null check (decision in ('retry', 'discard')),
    reason     text not null,
    actor      text not null,
    decided_at timestamptz not null
);

-- Rebuilds, running and done. One at a time for a read model.
create table {log}.wya_rebuilds (
    id                 uuid primary key,
    projection         text not null,               -- the read model's name
    kind               text not null default 'rebuild' check (kind in ('rebuild', 'switch_back')),
    state              text not null check (state in ('running', 'paused', 'cancelled', 'done', 'failed')),
    step               text not null default 'waiting' check (step in ('waiting', 'replaying', 'comparing', 'swapping', 'finished')),
    run                bigint not null default 0,   -- rises with every worker that takes it up; a stale one writes nothing
    worker             text null,                   -- who has taken it up, for people to read
    position           bigint not null default 0,   -- of the tables that are being filled
    target             bigint not null default 0,   -- where they must get to, when last looked at
    swap_position      bigint null,
    retired_position   bigint null,                 -- of the tables that its swap replaced, while they are kept
    rows_differing     bigint null,                 -- between the live and the new tables at equal position
    hold_on_difference boolean not null default false,
    requested_by       text not null,
    requested_at       timestamptz not null,
    changed_by         text null,                   -- who last paused, resumed or cancelled it
    started_at         timestamptz null,
    finished_at        timestamptz null,
    events_a_second    double precision null,
    explanation        text null,                   -- what it waits for, and what an operator can do about it
    error              text null                    -- why it failed: kind of error and position, never data
);
create unique index wya_rebuilds_one_at_a_time on {log}.wya_rebuilds (projection) where state in ('running', 'paused');

-- Parked streams that the tables of a rebuild stand without, from an event on (later: the tables that it retired).
create table {log}.wya_rebuild_passed (
    rebuild_id uuid not null references {log}.wya_rebuilds on delete cascade,
    stream_id  uuid not null,
    seq_id     bigint not null,
    primary key (rebuild_id, stream_id)
);

create function {log}.wya_refuse_change() returns trigger language plpgsql as $$
begin
    -- Archiving sets a flag; nothing else about an event ever changes.
    if tg_op = 'UPDATE' and to_jsonb(new) - 'is_archived' = to_jsonb(old) - 'is_archived' then
        return new;
    end if;
    raise exception 'the log is append-only: % on % is refused', tg_op, tg_table_name using errcode = 'insufficient_privilege';
end $$;

create trigger wya_append_only before update or delete on {log}.mt_events
    for each row execute function {log}.wya_refuse_change();
create trigger wya_append_only_truncate before truncate on {log}.mt_events
    for each statement execute function {log}.wya_refuse_change();
create trigger wya_keep_streams before delete on {log}.mt_streams
    for each row execute function {log}.wya_refuse_change();
create trigger wya_keep_streams_truncate before truncate on {log}.mt_streams
    for each statement execute function {log}.wya_refuse_change();
create trigger wya_keep_decisions before update or delete on {log}.wya_dead_letter_decisions
    for each row execute function {log}.wya_refuse_change();
alter table {log}.mt_events enable always trigger wya_append_only;
alter table {log}.mt_events enable always trigger wya_append_only_truncate;
alter table {log}.mt_streams enable always trigger wya_keep_streams;
alter table {log}.mt_streams enable always trigger wya_keep_streams_truncate;
alter table {log}.wya_dead_letter_decisions enable always trigger wya_keep_decisions;
