using Wya.Domain.Identity.Events;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Graph;

/// <summary>
/// What the graph holds on people: ids, and nothing that anybody said. An erasure takes the handle; the edges stay, as the
/// specification has it, between ids that lead to nobody, and are shown to nobody.
/// </summary>
public sealed class GraphPersonalData : IPersonalData
{
    private const string Ids = "kept, and shown to nobody: it names people by their ids alone";

    private static readonly TrustPersonalData Trust = new();

    /// <summary>A table that is added to the domain is added here; a test compares. What others did is theirs: who has blocked, muted or declined a person is not told.</summary>
    public IReadOnlyList<PersonalTable> Tables { get; } =
    [
        new("users", "id", Ids, "false", "id", []),
        new("edges", "from_user", Ids, "false", "created_at, to_user, type", []),
        new("friend_requests", "requester_id", Ids, "false", "requested_at, requested_id", ["withheld_until"]),
        new("graph_mutes", "muter_id", Ids, "false", "muted_at, muted_id", []),
        new("dismissed_suggestions", "user_id", Ids, "false", "dismissed_at, dismissed_id", []),
        new("people", "id", "the handle is removed", "handle is not null", "id", ["handle"]),
        new("mutes", "user_id", Ids, "false", "restriction_id", []),
        .. Trust.Tables,
    ];

    public IEnumerable<ExportSection> Export(HeldBy domain, UserId person) =>
        Tables.Except(Trust.Tables).Select(table => PersonalRows.Section(domain, table, person)).Concat(Trust.Export(domain, person));

    public async Task<IReadOnlyList<StoreFinding>> Find(HeldBy domain, UserId person, CancellationToken ct = default)
    {
        List<StoreFinding> found = [.. await Trust.Find(domain, person, ct).ConfigureAwait(false)];
        foreach (PersonalTable table in Tables.Except(Trust.Tables))
        {
            found.Add(await PersonalRows.Find(domain, table, person, ct).ConfigureAwait(false));
        }

        return found;
    }

    /// <summary>Once the graph has heard of it, nobody is shown an edge to them.</summary>
    public async Task<StillHeld?> Forget(HeldBy domain, UserId person, long position, CancellationToken ct = default)
    {
        Consumer people = domain.Consumers.Single(consumer => consumer.Name == GraphDomain.People);
        if (await Positions.Of(people, ct).ConfigureAwait(false) < position)
        {
            return new StillHeld($"{people.Name} has not come so far", IsShown: true);
        }

        return await DeadLetters.IsParked(people, person.Value, ct).ConfigureAwait(false)
            ? new StillHeld($"{people.Name} has set a stream aside: see its dead letters", IsShown: true)
            : await Trust.Forget(domain, person, position, ct).ConfigureAwait(false);
    }

    /// <summary>Nothing here stood in the clear: handles are sealed.</summary>
    public Task CleanUp(HeldBy domain, CancellationToken ct = default) => Task.CompletedTask;
}
