-- Moves a consumer's position, as the first statement of the transaction that writes what it made of the events between.
-- Invariant: only the leader of the newest epoch moves it, only from where it believes to stand, and never while paused.
-- Where it stands is a range: p_kept is what it knows to be stored, and up to p_position no event concerned it, so that
-- wya_pass may have stored anything between the two meanwhile.
-- Argument: the share lock is held to commit, so a take-over, a pause or a swap (which update the row) waits for this
-- transaction and is seen by the next one; nothing written under an older epoch can commit after it.
create or replace function {log}.wya_advance(
    p_name text, p_progression text, p_epoch bigint, p_kept bigint, p_position bigint, p_to bigint) returns void
language plpgsql set search_path = {log}, pg_temp as $$
begin
    perform from wya_projections where name = p_name and epoch = p_epoch and status = 'running' for share;
    if found then
        update mt_event_progression set last_seq_id = p_to, last_updated = now()
         where name = p_progression and last_seq_id between p_kept and p_position;
    end if;
    if not found then
        raise exception 'the epoch or the position is not what it was' using errcode = 'WY001';
    end if;
end $$;
