-- The capability to export what is sealed with its seals: whoever may execute this has it, and cannot use it unrecorded.
create or replace function {log}.wya_reveal(p_export uuid, p_actor text, p_reason text) returns void
language plpgsql security definer set search_path = {log}, pg_temp as $$
begin
    if coalesce(btrim(p_reason), '') = '' then
        raise exception 'a reason is needed' using errcode = 'invalid_parameter_value';
    end if;
    insert into wya_reveals (export_id, database_role, actor, reason) values (p_export, session_user, p_actor, p_reason);
end $$;
