-- The capability to export what is sealed with its seals: whoever may execute this has it, and cannot use it unrecorded. The
-- record of operations names it too, so that there is one place where all that was done can be read.
create or replace function {log}.wya_reveal(p_export uuid, p_actor text, p_reason text) returns void
language plpgsql security definer set search_path = {log}, pg_temp as $$
declare
    -- A uuid of version 7: the time in its first 48 bits, and the two bits that make a 7 of version 4's number.
    v_id bytea := overlay(uuid_send(gen_random_uuid()) placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3) from 1 for 6);
begin
    if coalesce(btrim(p_reason), '') = '' then
        raise exception 'a reason is needed' using errcode = 'invalid_parameter_value';
    end if;
    insert into wya_reveals (export_id, database_role, actor, reason) values (p_export, session_user, p_actor, p_reason);
    insert into wya_operations (id, at, verb, target, actor, reason, outcome, numbers)
    values (encode(set_bit(set_bit(v_id, 52, 1), 53, 1), 'hex')::uuid, now(), 'reveal', 'export ' || p_export, p_actor, p_reason, 'done',
            jsonb_build_object('times', (select count(*) from wya_reveals where export_id = p_export)));
end $$;
