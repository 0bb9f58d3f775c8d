using Wya.Api.Http;
using Wya.Projections.Messaging;

namespace Wya.Api.Messaging;

/// <summary>Messaging's log and read models, as this process reaches them.</summary>
internal sealed class MessagingLog(LogDatabases databases, TimeProvider clock) : OpenDomain(MessagingDomain.Definition, databases, clock);
