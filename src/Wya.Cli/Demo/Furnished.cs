namespace Wya.Cli;

/// <summary>The rooms of the town, by this run or one before.</summary>
/// <param name="Entries">In guestbooks.</param>
/// <param name="New">Of all these, what this run has added.</param>
internal sealed record Furnished(int Rooms, int Versions, int Entries, int Votes, int New)
{
    public override string ToString() =>
        $"{Visible.Count(Rooms, "room")} in {Visible.Count(Versions, "version")}, {Visible.Count(Entries, "entry", "entries")} in guestbooks, "
        + $"{Visible.Count(Votes, "vote")}; {Visible.Count(New)} of them new.";
}
