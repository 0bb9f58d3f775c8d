-- A log may be one of several that share the streams of a domain among them: by slots, of which a stream belongs to one for
-- ever (wya_slot.sql). A log that was never one of several holds every stream, and its appends ask nothing of this.
alter table {log}.wya_log_head add column is_partition boolean not null default false;

create table {log}.wya_slots (
    slot  smallint primary key check (slot between 0 and 255),
    state text not null check (state in ('here', 'leaving', 'coming', 'away'))
);

-- The streams of a leaving slot that take no more events here, and whether the other log has them already. They stay for
-- ever, with what they recorded here: whatever followed them has it from this log.
create table {log}.wya_moved_streams (
    stream_id   uuid primary key,
    has_arrived boolean not null default false
);
