-- Appends one batch: many units, each of one or more parts (a part is one stream). Each unit succeeds or fails alone,
-- as if the units had been run one after another in the order given.
--
-- Invariant: the head row is locked first and held to commit, so positions are dense and become visible in order.
-- Argument: two batches cannot hold the row at once; the later one reads its position after the earlier one has ended.
-- Every statement below takes its own snapshot after the lock (volatile function, read committed), so it sees all that
-- the earlier batch committed: versions, claims and event ids are never stale. Positions are taken with the lock and
-- those of failed units are given back before commit, so nobody ever sees one that was not used.
-- Cost: one round trip, one commit, six statements whatever the size of the batch; three for one event of one stream.
-- The caller's session sets what plans it wants (WriterConnection.cs): a set clause for each here would cost 7 % a call.
-- Look-ups go through "lateral … offset 0", which fixes their direction: a plan made while a table was empty would
-- otherwise walk the whole of it, and the writer's connection keeps its plans. It keeps the order of the array, too.
create or replace function {log}.wya_append(
    -- the streams and the claims that the batch names, each once
    p_stream_ids     uuid[],
    p_stream_types   text[],
    p_passing        text[],     -- what the names of events begin with that do not matter to an expected version; null = all matter
    p_claims         text[],
    -- one element a part; the parts of a unit stand together
    p_unit           int[],      -- ascending from 1
    p_after          int[],      -- the part that this one was decided on, which must have succeeded; 0 = none
    p_stream         int[],      -- index into p_stream_ids
    p_expected       bigint[],   -- version of the stream before the part; -1 = any
    p_count          int[],      -- its events; 0 = only check the version
    -- one element a claim that a part makes
    p_claim_part     int[],
    p_claim          int[],      -- index into p_claims
    -- one element an event, in the order of the parts
    p_event_part     int[],
    p_event_nth      int[],      -- from 1 within its part
    p_event_ids      uuid[],
    p_event_types    text[],
    p_event_data     jsonb[],
    p_dotnet_types   text[],
    p_correlation    text[],
    p_causation      text[],
    p_headers        jsonb[],
    p_now            timestamptz,
    -- one element a part
    out o_status     int[],      -- 1 appended, 2 recorded before, 3 conflict, 4 claim taken, 5 archived, 6 unit failed elsewhere,
                                 -- 7 the stream is held by another log: never in one that is not a partition
    out o_detail     bigint[],   -- 1: new version; 3: actual version; 4: index of the claim
    out o_position   bigint[],   -- 1: position of the part's last event, or the head at that moment if it has none
    out o_head       bigint,
    out o_time       timestamptz)
language plpgsql security definer
set search_path = {log}, pg_temp
as $$
declare
    v_parts        constant int := cardinality(p_unit);
    v_known        bigint[];     -- version of each stream before the batch
    v_versions     bigint[];     -- and after what has been judged so far
    v_archived     boolean[];
    v_claimed      boolean[];
    v_recorded     int[];
    v_events       constant int := cardinality(p_event_ids);
    v_before       bigint[];     -- version before the part, if it won
    v_base         bigint[];     -- position before the part, if it won
    v_version      bigint;
    v_first_head   bigint;
    v_taken        bigint;
    v_part         int := 1;
    v_last         int;
    v_i            int;
    v_c            int;
    v_after        int;
    v_status       int;
    v_claims       constant int := cardinality(p_claim_part);
    v_next_claim   int := 1;
    v_claim_from   int;
    v_is_chained   boolean;
    v_is_partition boolean;
    v_elsewhere    boolean[];
begin
    -- Locks the head row, and takes positions for all events at once; those of units that fail are given back below.
    update wya_log_head set position = position + v_events, time = greatest(time, p_now)
        returning position, time, is_chained, is_partition into o_head, o_time, v_is_chained, v_is_partition;

    -- One event for a stream that exists, the commonest batch when few are writing: the least that a correct append can do.
    -- Whatever is not plainly right falls through, and is judged below.
    if v_events = 1 and v_parts = 1 and v_claims = 0 and (not v_is_partition or wya_is_here(p_stream_ids[1])) then
        with bumped as (
            update mt_streams set version = version + 1, timestamp = o_time
             where id = p_stream_ids[1] and (version = p_expected[1] or p_expected[1] < 0) and is_archived is not true
               and not exists (select from mt_events where id = p_event_ids[1])
            returning version)
        insert into mt_events (seq_id, id, stream_id, version, data, type, timestamp, mt_dotnet_type, correlation_id, causation_id, headers)
        select o_head, p_event_ids[1], p_stream_ids[1], b.version, p_event_data[1], p_event_types[1], o_time, p_dotnet_types[1],
               p_correlation[1], p_causation[1], p_headers[1]
          from bumped b
        returning version into v_version;
        if found then
            o_status := array[1];
            o_detail := array[v_version];
            o_position := array[o_head];
            if v_is_chained then
                perform wya_extend_chain(o_head - 1, o_head);
            end if;
            -- The sequence is one behind, unless a batch was rolled back: taking the next value writes no log record of its own.
            if nextval('mt_events_sequence') <> o_head then
                perform setval('mt_events_sequence', o_head);
            end if;
            perform pg_notify('wya_log', o_head::text);
            return;
        end if;
    end if;

    v_first_head := o_head - v_events;
    v_taken := o_head;
    o_head := v_first_head;
    v_before := array_fill(null::bigint, array[v_parts]);
    v_base := v_before;
    o_status := array_fill(0, array[v_parts]);
    o_detail := array_fill(0::bigint, array[v_parts]);
    o_position := array_fill(0::bigint, array[v_parts]);

    select array_agg(coalesce(s.version, 0)), array_agg(coalesce(s.is_archived, false))
      into v_known, v_archived
      from unnest(p_stream_ids) w(id) left join lateral (select version, is_archived from mt_streams where id = w.id offset 0) s on true;
    v_versions := v_known;

    select array_agg(p_unit[w.part]) into v_recorded
      from unnest(p_event_ids, p_event_part, p_event_nth) w(id, part, nth), lateral (select from mt_events where id = w.id offset 0) e
     where w.nth = 1; -- a command is recorded whole, so the first event of a part stands for the rest

    if v_is_partition then
        select array_agg(not wya_is_here(w.id)) into v_elsewhere from unnest(p_stream_ids) w(id);
    end if;

    if v_claims > 0 then
        select array_agg(c.is_taken is not null) into v_claimed
          from unnest(p_claims) w(claim) left join lateral (select true as is_taken from wya_claims where claim = w.claim offset 0) c on true;
    end if;

    while v_part <= v_parts loop
        -- The unit is v_part .. v_last. First pass: may it?
        v_last := v_part;
        v_status := 1;
        v_claim_from := v_next_claim;
        if p_unit[v_part] = any(v_recorded) then
            v_status := 2;
        end if;
        loop
            if v_status = 1 then
                v_i := p_stream[v_last];
                v_after := p_after[v_last];
                if v_elsewhere[v_i] then
                    v_status := 7;
                    o_status[v_last] := 7;
                elsif v_after > 0 and o_status[v_after] <> 1
                   or p_expected[v_last] >= 0 and p_expected[v_last] <> v_versions[v_i]
                      and not (p_passing[v_i] is not null and p_expected[v_last] < v_versions[v_i] and
                          case when v_after > 0 then v_versions[v_i] = o_detail[v_after] -- it knows all that this batch did to the stream
                               else v_versions[v_i] = v_known[v_i] and not exists (
                                   select from mt_events e where e.stream_id = p_stream_ids[v_i] and e.version > p_expected[v_last]
                                      and not starts_with(e.type, p_passing[v_i]))
                          end) then
                    v_status := 3;
                    o_status[v_last] := 3;
                    o_detail[v_last] := v_versions[v_i];
                elsif v_archived[v_i] and p_count[v_last] > 0 then
                    v_status := 5;
                    o_status[v_last] := 5;
                end if;
            end if;
            while v_next_claim <= v_claims and p_claim_part[v_next_claim] = v_last loop
                v_c := p_claim[v_next_claim];
                if v_status = 1 and v_claimed[v_c] then
                    v_status := 4;
                    o_status[v_last] := 4;
                    o_detail[v_last] := v_c;
                end if;
                v_next_claim := v_next_claim + 1;
            end loop;
            exit when v_last = v_parts or p_unit[v_last + 1] <> p_unit[v_part];
            v_last := v_last + 1;
        end loop;

        -- Second pass: then it does, or it says why not.
        if v_status = 1 then
            for v_p in v_part .. v_last loop
                v_i := p_stream[v_p];
                if p_count[v_p] > 0 then
                    v_before[v_p] := v_versions[v_i];
                    v_base[v_p] := o_head;
                    v_versions[v_i] := v_versions[v_i] + p_count[v_p];
                    o_head := o_head + p_count[v_p];
                end if;
                o_status[v_p] := 1;
                o_detail[v_p] := v_versions[v_i];
                o_position[v_p] := o_head;
            end loop;
            for v_n in v_claim_from .. v_next_claim - 1 loop
                v_claimed[p_claim[v_n]] := true;
            end loop;
        else
            for v_p in v_part .. v_last loop
                if o_status[v_p] = 0 then
                    o_status[v_p] := case v_status when 2 then 2 else 6 end;
                end if;
            end loop;
        end if;
        v_part := v_last + 1;
    end loop;

    if o_head < v_taken then
        update wya_log_head set position = o_head;
    end if;
    if o_head = v_first_head and v_claims = 0 then
        return;
    end if;

    insert into mt_streams (id, type, version, timestamp, created)
    select w.id, w.type, w.version, o_time, o_time
      from unnest(p_stream_ids, p_stream_types, v_versions, v_known) w(id, type, version, known)
     where w.version > w.known
    on conflict (id) do update set version = excluded.version, timestamp = excluded.timestamp;

    if v_claims > 0 then
        insert into wya_claims (claim, stream_id)
        select p_claims[w.claim], p_stream_ids[p_stream[w.part]]
          from unnest(p_claim, p_claim_part) w(claim, part)
         where o_status[w.part] = 1
        on conflict do nothing; -- one unit may name the same claim twice
    end if;

    insert into mt_events (seq_id, id, stream_id, version, data, type, timestamp, mt_dotnet_type, correlation_id, causation_id, headers)
    select v_base[e.part] + e.nth, e.id, p_stream_ids[p_stream[e.part]], v_before[e.part] + e.nth,
           e.data, e.type, o_time, e.dotnet_type, e.correlation, e.causation, e.headers
      from unnest(p_event_part, p_event_nth, p_event_ids, p_event_types, p_event_data, p_dotnet_types, p_correlation, p_causation, p_headers)
           e(part, nth, id, type, data, dotnet_type, correlation, causation, headers)
     where v_before[e.part] is not null;

    if o_head > v_first_head then
        if v_is_chained then
            perform wya_extend_chain(v_first_head, o_head);
        end if;
        perform setval('mt_events_sequence', o_head), pg_notify('wya_log', o_head::text);
    end if;
end $$;
