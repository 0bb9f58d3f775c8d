namespace Wya.Cli;

/// <summary>Who is with whom in the town, by this run or one before.</summary>
/// <param name="Requests">To be friends, that nobody has answered.</param>
/// <param name="New">Of all these, what this run has added.</param>
internal sealed record Befriended(int Friendships, int Follows, int Requests, int Blocks, int New)
{
    public override string ToString() =>
        $"{Visible.Count(Friendships, "friendship")}, {Visible.Count(Follows, "follow")}, {Visible.Count(Requests, "friend request")} waiting, "
        + $"{Visible.Count(Blocks, "block")}; {Visible.Count(New)} of them new.";
}
