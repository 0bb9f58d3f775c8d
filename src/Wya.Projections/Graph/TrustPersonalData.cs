using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Npgsql;
using Wya.Domain.Graph;
using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Graph;

/// <summary>
/// The trust in a person. They export it as they see it: the events and rows behind it would tell them when somebody has
/// turned away from them, and that is the other's.
/// </summary>
public sealed class TrustPersonalData : IPersonalData
{
    /// <summary>A table that is added to the domain is added here; a test compares.</summary>
    public IReadOnlyList<PersonalTable> Tables { get; } =
    [
        new("trust_scores", "user_id", "removed", "true", "user_id", ["course", "updated_at"]),
        new(TrustOriginsTable.Name, "user_id", "removed: it names people by their ids and says nothing more", "false", "id", ["id"], IsNoReadModel: true),
    ];

    public IEnumerable<ExportSection> Export(HeldBy domain, UserId person) => [new ExportSection("trust", Explained(domain, person))];

    public async Task<IReadOnlyList<StoreFinding>> Find(HeldBy domain, UserId person, CancellationToken ct = default)
    {
        List<StoreFinding> found =
        [
            new("events on trust", await Events(domain.Database, person, ct).ConfigureAwait(false), 0, "kept, so that the log can be replayed: counts by kind, no texts, nobody else"),
        ];
        foreach (PersonalTable table in Tables)
        {
            found.Add(await PersonalRows.Find(domain, table, person, ct).ConfigureAwait(false));
        }

        return found;
    }

    /// <summary>Once what follows identity has answered the erasure, no score is left, and none can come again.</summary>
    public async Task<StillHeld?> Forget(HeldBy domain, UserId person, long position, CancellationToken ct = default)
    {
        Consumer follower = domain.Consumers.Single(consumer => consumer.Name == TrustFollower.OfIdentity);
        if (await Positions.Of(follower, ct).ConfigureAwait(false) < position)
        {
            return new StillHeld($"{follower.Name} has not come so far", IsShown: true);
        }

        if (await DeadLetters.IsParked(follower, person.Value, ct).ConfigureAwait(false))
        {
            return new StillHeld($"{follower.Name} has set a stream aside: see its dead letters", IsShown: true);
        }

        await PersonalRows.Delete(domain, Tables.Single(table => table.Name == TrustOriginsTable.Name), person, ct).ConfigureAwait(false);
        return null;
    }

    public Task CleanUp(HeldBy domain, CancellationToken ct = default) => Task.CompletedTask;

    private static async IAsyncEnumerable<JsonNode> Explained(HeldBy domain, UserId person, [EnumeratorCancellation] CancellationToken ct = default)
    {
        (TrustLedger ledger, _) = await domain.Store.Load(TrustLedger.Stream, TrustLedger.StreamOf(person), ct: ct).ConfigureAwait(false);
        yield return JsonSerializer.SerializeToNode(TrustExplanation.Of(ledger, domain.Clock.GetUtcNow()), EventJson.Options)!;
    }

    private static async Task<long> Events(LogDatabase graph, UserId person, CancellationToken ct)
    {
        await using NpgsqlCommand command = graph.DataSource.CreateCommand($"select count(*) from {graph.LogSchema}.mt_events where stream_id = $1");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = TrustLedger.StreamOf(person) });
        return (long)(await command.ExecuteScalarAsync(ct).ConfigureAwait(false))!;
    }
}
