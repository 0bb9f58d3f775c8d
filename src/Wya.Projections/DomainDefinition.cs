using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections;

/// <summary>What a domain keeps: its events, and everything derived from them in its own database.</summary>
/// <param name="Name">Lower case; the name of its database and of the source in its events.</param>
/// <param name="PersonalData">What of it is about people: what they can export, and what their erasure does.</param>
/// <param name="PrepareSql">
/// What the tables need beforehand, such as enum types, and tables that are no read models; safe to repeat. Run by the
/// owner; <c>{app}</c> is the application's role.
/// </param>
public sealed record DomainDefinition(
    string Name, EventTypeMap Types, IReadOnlyList<ReadModel> ReadModels, IPersonalData PersonalData, string PrepareSql = "");
