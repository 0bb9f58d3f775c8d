using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections;

/// <summary>What a domain keeps: its events, and everything derived from them in its own database.</summary>
/// <param name="Name">Lower case; the name of its database and of the source in its events.</param>
/// <param name="PrepareSql">What the tables need beforehand, such as enum types; safe to repeat.</param>
public sealed record DomainDefinition(string Name, EventTypeMap Types, IReadOnlyList<ReadModel> ReadModels, string PrepareSql = "");
