-- The keys of people: one each, wrapped by a master key that is kept elsewhere. The application role owns the table, so
-- that it can rewrite it without what it has destroyed.
create table if not exists subject_keys (
    subject        uuid primary key,
    wrapped        bytea null,          -- nonce, key and tag under the master key; null once destroyed
    master_version int null,            -- which master key
    created_at     timestamptz not null default now(),
    destroyed_at   timestamptz null,    -- never again a key for this subject
    constraint wya_destroyed_is_gone check ((destroyed_at is null) = (wrapped is not null) and (wrapped is null) = (master_version is null))
) with (fillfactor = 80, autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0.01);
create index if not exists wya_subject_keys_version on subject_keys (master_version) where wrapped is not null;
alter table subject_keys owner to {app};

create or replace function wya_keep_destroyed() returns trigger language plpgsql as $$
begin
    if tg_op <> 'UPDATE' or (old.destroyed_at is not null and new.destroyed_at is distinct from old.destroyed_at) then
        raise exception 'a destroyed key stays destroyed: % is refused', tg_op using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;
create or replace trigger wya_keep_destroyed before update or delete on subject_keys for each row execute function wya_keep_destroyed();
create or replace trigger wya_keep_destroyed_truncate before truncate on subject_keys for each statement execute function wya_keep_destroyed();
