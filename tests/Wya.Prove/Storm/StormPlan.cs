using Wya.EventStore.Postgres;

namespace Wya.Prove.Storm;

/// <summary>What one writer process of a storm does.</summary>
/// <param name="FirstSender">Its writers are the senders from here on.</param>
/// <param name="Events">How many acknowledged events it is to reach.</param>
internal sealed record StormPlan(
    string ConnectionString, string Folder, string Name, int FirstSender, int Writers, int Events, int Streams, int Readers, int Seed)
{
    public string HistoryPath => Path.Combine(Folder, $"{Name}.history");

    public string SeenPath(int reader) => Path.Combine(Folder, $"{Name}.seen{reader}");

    /// <summary>Folded in the append's own transaction; it fails on spoiled events, which rolls the transaction back.</summary>
    public static ReadModel Inline { get; } = new("TalliesInline", 1, true, new TallyTable("tallies_inline", counted => counted.Spoiled));

    /// <summary>The same fold, written by the daemon that runs in each writer process.</summary>
    public static ReadModel Followed { get; } = new("TalliesFollowed", 1, false, new TallyTable("tallies_followed"));

    public static Guid StreamId(int number) => new(number, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
}
