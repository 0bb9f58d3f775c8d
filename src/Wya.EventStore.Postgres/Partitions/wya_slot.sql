-- Which of the 256 slots a stream belongs to, for ever: the first byte of the SHA-256 of its id. Slots.cs says the same.
create or replace function {log}.wya_slot(p_stream_id uuid) returns smallint
language sql immutable parallel safe as $$
    select get_byte(sha256(uuid_send(p_stream_id)), 0)::smallint
$$;

-- Whether the stream may be appended to here. Exact for whoever holds the head row: a stream leaves under its lock.
create or replace function {log}.wya_is_here(p_stream_id uuid) returns boolean
language sql stable as $$
    select case (select state from {log}.wya_slots where slot = {log}.wya_slot(p_stream_id))
        when 'here' then true
        when 'leaving' then not exists (select from {log}.wya_moved_streams where stream_id = p_stream_id)
        when 'coming' then exists (select from {log}.mt_streams where id = p_stream_id)
        else false end
$$;

-- Whether what is read of the stream here is what it is: until the other log has all of it, nothing newer can be there.
create or replace function {log}.wya_shows(p_stream_id uuid) returns boolean
language sql stable as $$
    select not (select is_partition from {log}.wya_log_head) or coalesce(
        case (select state from {log}.wya_slots where slot = {log}.wya_slot(p_stream_id))
        when 'here' then true
        when 'leaving' then not exists (select from {log}.wya_moved_streams where stream_id = p_stream_id and has_arrived)
        when 'coming' then exists (select from {log}.mt_streams where id = p_stream_id)
        else false end, false)
$$;
