-- Closes a stream. The head row is locked first, as by every writer of the log, so that no append can slip in between.
create or replace function {log}.wya_archive(p_stream_id uuid) returns boolean
language plpgsql security definer set search_path = {log}, pg_temp as $$
begin
    perform from wya_log_head for update;
    update mt_streams set is_archived = true where id = p_stream_id and not is_archived;
    if not found then
        return false;
    end if;
    update mt_events set is_archived = true where stream_id = p_stream_id;
    return true;
end $$;
