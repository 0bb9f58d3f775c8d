-- What the application role may do. Run after every migration; {app} is the role's name.
grant usage on schema {log} to {app};
grant select on all tables in schema {log} to {app};
grant insert, update, delete on
    {log}.mt_event_progression, {log}.wya_projections, {log}.wya_parked_streams, {log}.wya_parked_events, {log}.wya_rebuilds,
    {log}.wya_rebuild_passed, {log}.wya_rebuild_differences to {app};
grant insert on {log}.wya_dead_letter_decisions, {log}.wya_operations to {app};
revoke insert, update, delete, truncate on {log}.mt_events, {log}.mt_streams, {log}.wya_log_head, {log}.wya_claims, {log}.wya_chain from {app};
revoke execute on all functions in schema {log} from public;
grant execute on all functions in schema {log} to {app};
revoke execute on function {log}.wya_extend_chain from {app};
grant usage, create on schema public, shadow, retired to {app};
-- A swap must not let an append in between its last catch-up and its rename.
grant update (only_row) on {log}.wya_log_head to {app};
