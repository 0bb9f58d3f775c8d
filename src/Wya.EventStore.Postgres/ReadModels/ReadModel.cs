namespace Wya.EventStore.Postgres;

/// <summary>
/// Tables that are derived from a log and stand at one position of it: they are filled, rebuilt and swapped together.
/// </summary>
/// <param name="Name">CamelCase, stable: the progression row is <c>Name:All</c>.</param>
/// <param name="Version">Rises when the rows change their meaning; from 2 on the progression row is <c>Name:V2:All</c>.</param>
/// <param name="Inline">
/// Written in the append's own transaction, for what must be strongly consistent; otherwise by the daemon, afterwards.
/// </param>
/// <param name="Tables">In the order in which they are created and filled (referenced tables first).</param>
public sealed record ReadModel(string Name, int Version, bool Inline, params IReadOnlyList<ITable> Tables)
{
    /// <summary>
    /// How long new events may gather before they are worked through: where nobody needs the model to the moment, fewer and
    /// larger pages cost less. None by default.
    /// </summary>
    public TimeSpan Gathers { get; init; }

    public string ProgressionName => Version == 1 ? $"{Name}:All" : $"{Name}:V{Version}:All";
}
