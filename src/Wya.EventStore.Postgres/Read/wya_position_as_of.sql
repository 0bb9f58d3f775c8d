-- The last position recorded at or before a time; 0 when there is none. Positions are dense and times never decrease
-- along the log, so a binary search by primary key needs no index on the time. What was taken from another log counts from then.
create or replace function {log}.wya_position_as_of(p_time timestamptz) returns bigint
language plpgsql stable set search_path = {log}, pg_temp as $$
declare
    v_low  bigint := 0; -- at or before the time
    v_high bigint;      -- after it
    v_mid  bigint;
begin
    select position + 1 into v_high from wya_log_head;
    while v_high - v_low > 1 loop
        v_mid := v_low + (v_high - v_low) / 2;
        if (select coalesce((headers ->> 'copied_at')::timestamptz, timestamp) from mt_events where seq_id = v_mid) <= p_time then
            v_low := v_mid;
        else
            v_high := v_mid;
        end if;
    end loop;
    return v_low;
end $$;
