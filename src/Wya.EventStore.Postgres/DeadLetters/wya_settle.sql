-- Ends one retry of parked streams, in the transaction that wrote what their events came to. Answers which streams are
-- free again.
-- Invariant: a stream's pointers are its events not yet applied, in order; the parked row stays while there is one.
-- Argument: operators decide under the same row locks. If one discarded an event that was just applied, its pointer is
-- gone, the count is short, and the whole retry is rolled back; if one asked for a retry, its fresh schedule is kept.
create or replace function {log}.wya_settle(
    p_projection      text,
    p_streams         uuid[],
    -- one element an event that was applied
    p_applied_streams uuid[],
    p_applied         bigint[],
    -- one element a stream that failed again
    p_failed_streams  uuid[],
    p_failed          bigint[],
    p_errors          text[],
    p_seen_attempts   int[],       -- as the retry found them
    p_attempts        int[],
    p_next            timestamptz[]) -- null: no more by itself
returns setof uuid
language plpgsql set search_path = {log}, pg_temp as $$
declare
    v_deleted bigint;
begin
    perform from wya_parked_streams s where s.projection = p_projection and s.stream_id = any(p_streams) order by s.stream_id for update;

    delete from wya_parked_events e using unnest(p_applied_streams, p_applied) a(stream_id, seq_id)
     where e.projection = p_projection and e.stream_id = a.stream_id and e.seq_id = a.seq_id;
    get diagnostics v_deleted = row_count;
    if v_deleted <> cardinality(p_applied) then
        raise exception 'an operator decided meanwhile' using errcode = 'WY002';
    end if;

    update wya_parked_streams s
       set first_seq_id = f.seq_id, error = f.error, attempts = f.attempts, next_retry_at = f.next_retry_at,
           state = case when f.next_retry_at is null then 'dead' else 'retrying' end
      from unnest(p_failed_streams, p_failed, p_errors, p_seen_attempts, p_attempts, p_next)
           f(stream_id, seq_id, error, seen, attempts, next_retry_at)
     where s.projection = p_projection and s.stream_id = f.stream_id and s.attempts = f.seen
       and exists (select from wya_parked_events e
                    where e.projection = p_projection and e.stream_id = f.stream_id and e.seq_id = f.seq_id);

    -- A long stream resumes in several retries: the rest is due at once.
    update wya_parked_streams s
       set first_seq_id = r.first_seq_id, attempts = 0, next_retry_at = '-infinity'
      from (select e.stream_id, min(e.seq_id) as first_seq_id from wya_parked_events e
             where e.projection = p_projection and e.stream_id = any(p_streams) and e.stream_id <> all(p_failed_streams)
             group by 1) r
     where s.projection = p_projection and s.stream_id = r.stream_id;

    return query
    delete from wya_parked_streams s
     where s.projection = p_projection and s.stream_id = any(p_streams)
       and not exists (select from wya_parked_events e where e.projection = p_projection and e.stream_id = s.stream_id)
    returning s.stream_id;
end $$;
