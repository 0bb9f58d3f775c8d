using System.Text.Json.Nodes;
using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections.Rooms.Objects;

namespace Wya.Projections;

/// <summary>
/// What one domain holds on people. A domain joins the export and the erasure by giving one of these in its
/// <see cref="DomainDefinition"/>.
/// </summary>
public interface IPersonalData
{
    /// <summary>Every table of the domain, and what an erasure does to it: one that is missing here fails a test.</summary>
    IReadOnlyList<PersonalTable> Tables { get; }

    /// <summary>
    /// Everything that the domain holds on a person, in the clear for that person, and nothing of anybody else. Nothing is
    /// read before a section is enumerated, and no section is held in memory.
    /// </summary>
    IEnumerable<ExportSection> Export(HeldBy domain, UserId person);

    /// <summary>What the domain's stores hold on a person now; the names of the stores never change.</summary>
    Task<IReadOnlyList<StoreFinding>> Find(HeldBy domain, UserId person, CancellationToken ct = default);

    /// <summary>
    /// Called over and over once the person's erasure is recorded, until nothing is left to wait for: looks whether the
    /// domain's tables have taken it, and clears what no event reaches.
    /// </summary>
    /// <param name="position">Of the erasure in identity's log.</param>
    /// <returns>What is still waited for; null when nothing.</returns>
    Task<StillHeld?> Forget(HeldBy domain, UserId person, long position, CancellationToken ct = default);

    /// <summary>The keys beside the people's own under which the domain seals what is theirs: they go with an erasure, too.</summary>
    Task<IReadOnlyList<OtherKey>> OtherKeys(HeldBy domain, IReadOnlyCollection<UserId> people, CancellationToken ct = default) =>
        Task.FromResult<IReadOnlyList<OtherKey>>([]);

    /// <summary>Once for all whom it has just forgotten: takes out of the files what their rows leave behind.</summary>
    Task CleanUp(HeldBy domain, CancellationToken ct = default);
}

/// <summary>One domain, open for reading what it holds.</summary>
/// <param name="Consumers">What keeps its asynchronous read models, in whatever process it runs.</param>
public sealed record HeldBy(
    LogDatabase Database, IEventStore Store, IReadOnlyList<ReadModel> ReadModels, IReadOnlyList<Consumer> Consumers, TimeProvider Clock)
{
    /// <summary>What the domain keeps beside its database; null where it keeps nothing.</summary>
    public IObjects? Objects { get; init; }
}

/// <param name="Subject">Whose key it is by name: a pseudonym.</param>
/// <param name="Of">What keeps it, for the receipt: the domain, and where it has several, for what.</param>
/// <param name="KeptAs">Why it outlives an erasure for now, in a word; null when it may be destroyed.</param>
public sealed record OtherKey(UserId Person, Guid Subject, string Of, string? KeptAs = null);

/// <param name="Items">Each a JSON value, in the order of time where there is one.</param>
public sealed record ExportSection(string Name, IAsyncEnumerable<JsonNode> Items);

/// <param name="Found">Records on the person.</param>
/// <param name="Readable">How many of them say something about the person that can be read.</param>
/// <param name="AtErasure">What an erasure does here, in one sentence.</param>
public sealed record StoreFinding(string Store, long Found, long Readable, string AtErasure);

/// <summary>Something that has not taken an erasure yet.</summary>
/// <param name="Reason">In words without ids, for operators.</param>
/// <param name="IsShown">Somebody who asks the system may still be shown it. What is sealed under a destroyed key is not.</param>
public sealed record StillHeld(string Reason, bool IsShown);

/// <summary>One table, as far as it is about people.</summary>
/// <param name="Person">The column that holds the person's id.</param>
/// <param name="AtErasure">What an erasure does to a person's rows, in one sentence.</param>
/// <param name="Readable">
/// A condition on the rows that say something about a living person: <c>true</c> for all, <c>false</c> for a table whose rows
/// may stay as they are. Sealed columns alone do not make a row readable.
/// </param>
/// <param name="OrderBy">Of the rows in an export.</param>
/// <param name="Withheld">Columns that are secrets of the system and not of the person, such as digests of tokens.</param>
/// <param name="HoldsPlaintext">What an erasure takes away stands in the clear, so that dead rows are vacuumed away.</param>
/// <param name="IsNoReadModel">No event reaches it: the erasure itself deletes the rows.</param>
public sealed record PersonalTable(
    string Name, string Person, string AtErasure, string Readable, string OrderBy, IReadOnlyList<string> Withheld, bool HoldsPlaintext = false, bool IsNoReadModel = false)
{
    /// <summary>Which rows are about the person, <c>$1</c>, where that is more than one column's value. <c>{log}</c> is the log's schema.</summary>
    public string? Where { get; init; }

    /// <summary>
    /// A condition on the rows <c>t</c> that an export shows, where not all are: what moved to another log has left its rows here.
    /// <c>{log}</c> as above.
    /// </summary>
    public string? Shown { get; init; }

    internal string Rows(string logSchema) => Where?.Replace("{log}", logSchema, StringComparison.Ordinal) ?? $"{Person} = $1";
}
