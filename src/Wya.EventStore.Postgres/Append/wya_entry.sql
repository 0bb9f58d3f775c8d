-- The bytes of an event that the chain covers: all of its row but is_archived, the one thing that may change. Numbers are
-- big-endian; a text is its length in UTF-8 (4 bytes, -1 for null) and the UTF-8; jsonb is the text that it gives back.
-- What stands in the open is what may be shown to the person concerned: the position, the day (since the year 2000, UTC),
-- the type and the data. Who acted, on what request, in which stream and at what moment is in a digest under the salt.
-- ChainEntry.cs makes the same bytes. One expression, so that the planner puts it in the caller's place.
create or replace function {log}.wya_entry(e {log}.mt_events, salt uuid) returns bytea language sql stable as $$
    select 'wya-entry-1'::bytea || int8send(e.seq_id) || int4send((e.timestamp at time zone 'UTC')::date - date '2000-01-01')
        || int4send(length(convert_to(e.type, 'UTF8'))) || convert_to(e.type, 'UTF8')
        || int4send(length(convert_to(e.data::text, 'UTF8'))) || convert_to(e.data::text, 'UTF8')
        || sha256(uuid_send(salt) || uuid_send(e.id) || uuid_send(e.stream_id) || int8send(e.version) || timestamptz_send(e.timestamp)
            || coalesce(int4send(length(convert_to(e.tenant_id, 'UTF8'))) || convert_to(e.tenant_id, 'UTF8'), int4send(-1))
            || coalesce(int4send(length(convert_to(e.mt_dotnet_type, 'UTF8'))) || convert_to(e.mt_dotnet_type, 'UTF8'), int4send(-1))
            || coalesce(int4send(length(convert_to(e.correlation_id, 'UTF8'))) || convert_to(e.correlation_id, 'UTF8'), int4send(-1))
            || coalesce(int4send(length(convert_to(e.causation_id, 'UTF8'))) || convert_to(e.causation_id, 'UTF8'), int4send(-1))
            || coalesce(int4send(length(convert_to(e.headers::text, 'UTF8'))) || convert_to(e.headers::text, 'UTF8'), int4send(-1))
            || coalesce(int4send(length(e.bdata)) || e.bdata, int4send(-1)))
$$;
