using System.Reflection;
using Wya.Api.Http;
using Wya.EventStore;
using Wya.Projections;
using Wya.Projections.Messaging;

namespace Wya.Api.Messaging;

/// <summary>
/// One of messaging's logs with its read models, as this process reaches it. An endpoint that asks for it gets the one that
/// holds the conversation in the address: the gate has found it.
/// </summary>
internal sealed class MessagingLog(LogDatabases databases, TimeProvider clock, int partition, IEventStore answers)
    : OpenDomain(Partitions.NameOf(MessagingDomain.Definition.Name, partition), databases, clock, answers)
{
    public static ValueTask<MessagingLog?> BindAsync(HttpContext http, ParameterInfo _) => ValueTask.FromResult(http.Features.Get<ConversationPlace>()?.Log);
}

/// <summary>Where the conversation that a request is about is held.</summary>
internal sealed record ConversationPlace(MessagingLog Log);
