-- Chains the events after one position up to another. The caller holds the head row's lock, and everything up to p_after is
-- chained: so each link is made once, from a link that is committed or of this transaction. It reads the rows as they were
-- stored, not what was sent. Cost: one look-up, one pass over the new rows, two digests and one insert an event.
create or replace function {log}.wya_extend_chain(p_after bigint, p_to bigint) returns void language plpgsql as $$
declare
    v_chain bytea := case when p_after = 0 then decode(repeat('00', 32), 'hex')
                          else (select chain from {log}.wya_chain where seq_id = p_after) end;
    v_row   record;
begin
    if v_chain is null then
        raise exception 'the chain has no link at position %', p_after using errcode = 'data_corrupted';
    end if;
    for v_row in
        select s.seq_id, s.salt, sha256('\x00'::bytea || {log}.wya_entry(s.e, s.salt)) as leaf
          from (select e.seq_id, e, gen_random_uuid() as salt from {log}.mt_events e where e.seq_id > p_after and e.seq_id <= p_to) s
         order by s.seq_id
    loop
        v_chain := sha256(v_chain || v_row.leaf);
        insert into {log}.wya_chain (seq_id, salt, leaf, chain) values (v_row.seq_id, v_row.salt, v_row.leaf, v_chain);
    end loop;
end $$;
