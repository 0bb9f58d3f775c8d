-- Stores the positions of consumers that have passed over events which do not concern them: many consumers, one statement.
-- Answers with the names of those whose position is stored now. The others have been deposed, paused, or are writing at
-- this moment, which stores their position too; nobody is waited for.
create or replace function {log}.wya_pass(
    p_names text[], p_progressions text[], p_epochs bigint[], p_kept bigint[], p_to bigint[]) returns setof text
language sql set search_path = {log}, pg_temp as $$
    with led as (
        select c.* from unnest(p_names, p_progressions, p_epochs, p_kept, p_to) c(name, progression, epoch, kept, upto)
        join wya_projections p on p.name = c.name and p.epoch = c.epoch and p.status = 'running'
        for share of p skip locked),
    free as (
        select l.* from led l
        join mt_event_progression e on e.name = l.progression and e.last_seq_id >= l.kept and e.last_seq_id < l.upto
        for update of e skip locked)
    update mt_event_progression e set last_seq_id = f.upto, last_updated = now()
    from free f where e.name = f.progression
    returning f.name
$$;
