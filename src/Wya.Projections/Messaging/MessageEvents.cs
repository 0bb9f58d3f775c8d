namespace Wya.Projections.Messaging;

/// <summary>
/// The table <c>message_events</c> of the specification, as a view of the log: a message, an edit, a reaction or a deletion
/// is written once. The log refuses every change by force, and its own unique indexes are the primary key and
/// <c>idx_message_events_conversation</c>; the other two are made here. Payloads are as the log holds them: sealed.
/// </summary>
internal static class MessageEvents
{
    public const string PrepareSql =
        """
        create or replace view public.message_events as
        select e.id as message_id,
               e.stream_id as conversation_id,
               (e.data ->> 'sender_id')::uuid as sender_id,
               (case e.type when 'message.sent' then 'text' when 'message.edited' then 'edit' when 'message.deleted' then 'delete'
                    else 'reaction' end)::varchar(20) as type,
               case e.type when 'message.reaction_removed' then e.data || '{"removed": true}' else e.data end as payload,
               e.version as sequence_number,
               (e.timestamp at time zone 'utc')::timestamp as created_at
        from {log}.mt_events e
        where e.type in ('message.sent', 'message.edited', 'message.deleted', 'message.reacted', 'message.reaction_removed');
        grant select on public.message_events to {app};

        create index if not exists idx_message_events_sender on {log}.mt_events (((data ->> 'sender_id')::uuid))
            where type in ('message.sent', 'message.edited', 'message.deleted', 'message.reacted', 'message.reaction_removed');
        create index if not exists idx_message_events_created on {log}.mt_events ((timestamp at time zone 'utc')) -- as the view has it
            where type in ('message.sent', 'message.edited', 'message.deleted', 'message.reacted', 'message.reaction_removed');

        -- The few events of a conversation that decisions depend on: see Conversation.Stream.
        create index if not exists wya_conversation_facts on {log}.mt_events (stream_id, version) where type not like 'message.%';
        """;
}
