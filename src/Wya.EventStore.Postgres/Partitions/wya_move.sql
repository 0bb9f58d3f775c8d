-- The steps of a move, each in a transaction of its own under the head row's lock, and each safe to repeat: SlotMove.cs says
-- in which order, and why nothing is lost or doubled by it.

-- A slot changes its state; only as a move goes, and never back to a log that has held it: what it recorded then stands there.
create or replace function {log}.wya_set_slot(p_slot int, p_state text) returns void
language plpgsql security definer set search_path = {log}, pg_temp as $$
declare
    v_state text;
begin
    update wya_log_head set is_partition = true where only_row;
    select state into v_state from wya_slots where slot = p_slot;
    if v_state = p_state then
        return;
    end if;
    if v_state is null or p_state = 'coming' and exists (select from mt_streams where wya_slot(id) = p_slot) or not (v_state, p_state) in (('here', 'leaving'), ('leaving', 'away'), ('away', 'coming'), ('coming', 'here')) then
        raise exception 'slot % cannot become % from %', p_slot, p_state, v_state using errcode = 'object_not_in_prerequisite_state';
    end if;
    if p_state = 'away' and exists (
        select from mt_streams s where wya_slot(s.id) = p_slot
           and not exists (select from wya_moved_streams m where m.stream_id = s.id and m.has_arrived)) then
        raise exception 'slot % still has streams here', p_slot using errcode = 'object_not_in_prerequisite_state';
    end if;
    update wya_slots set state = p_state where slot = p_slot;
end $$;

-- From now on these take no events here. Answers the head: whatever they have recorded is at or before it.
create or replace function {log}.wya_fence(p_stream_ids uuid[]) returns bigint
language plpgsql security definer set search_path = {log}, pg_temp as $$
declare
    v_head bigint;
begin
    select position into v_head from wya_log_head for update;
    if exists (select from unnest(p_stream_ids) w(id) where not exists (
            select from wya_slots where slot = wya_slot(w.id) and state = 'leaving')) then
        raise exception 'a stream is not of a slot that is leaving' using errcode = 'object_not_in_prerequisite_state';
    end if;
    insert into wya_moved_streams (stream_id) select unnest(p_stream_ids) on conflict do nothing;
    return v_head;
end $$;

-- They go on here after all: who follows this log has not come along. The other log must not have taken them.
create or replace function {log}.wya_unfence(p_stream_ids uuid[]) returns void
language plpgsql security definer set search_path = {log}, pg_temp as $$
begin
    perform from wya_log_head for update;
    delete from wya_moved_streams where stream_id = any(p_stream_ids) and not has_arrived;
end $$;

-- The other log has them.
create or replace function {log}.wya_arrived(p_stream_ids uuid[]) returns void
language plpgsql security definer set search_path = {log}, pg_temp as $$
begin
    perform from wya_log_head for update;
    update wya_moved_streams set has_arrived = true where stream_id = any(p_stream_ids);
end $$;

-- Takes whole streams as the other log holds them: ids, versions, times and stored values as they are, at new positions.
-- Answers the position before the first. The transaction is the caller's, who writes the rows of the read models in it.
create or replace function {log}.wya_take_streams(
    p_source text, p_stream_ids uuid[], p_stream_types text[], p_versions bigint[], p_timestamps timestamptz[], p_created timestamptz[],
    -- one element an event, in the order in which they shall stand
    p_event_stream uuid[], p_event_version bigint[], p_event_ids uuid[], p_event_types text[], p_event_data jsonb[],
    p_event_time timestamptz[], p_dotnet_types text[], p_correlation text[], p_causation text[], p_headers jsonb[], p_positions bigint[],
    p_now timestamptz) returns bigint
language plpgsql security definer set search_path = {log}, pg_temp as $$
declare
    v_events constant int := cardinality(p_event_ids);
    v_head   bigint;
begin
    update wya_log_head set position = position + v_events, time = greatest(time, p_now) returning position into v_head;
    if exists (select from unnest(p_stream_ids) w(id) where not exists (
            select from wya_slots where slot = wya_slot(w.id) and state = 'coming')) then
        raise exception 'a stream is not of a slot that is coming' using errcode = 'object_not_in_prerequisite_state';
    end if;
    insert into mt_streams (id, type, version, timestamp, created)
    select * from unnest(p_stream_ids, p_stream_types, p_versions, p_timestamps, p_created);
    insert into mt_events (seq_id, id, stream_id, version, data, type, timestamp, mt_dotnet_type, correlation_id, causation_id, headers)
    select v_head - v_events + e.nth, e.id, e.stream_id, e.version, e.data, e.type, e.time, e.dotnet_type, e.correlation, e.causation,
           e.headers || jsonb_build_object('copied_from', p_source, 'copied_position', e.position, 'copied_at', (select time from wya_log_head))
      from unnest(p_event_stream, p_event_version, p_event_ids, p_event_types, p_event_data, p_event_time, p_dotnet_types, p_correlation,
                  p_causation, p_headers, p_positions)
           with ordinality e(stream_id, version, id, type, data, time, dotnet_type, correlation, causation, headers, position, nth);
    perform setval('mt_events_sequence', v_head), pg_notify('wya_log', v_head::text);
    return v_head - v_events;
end $$;
