namespace Wya.Cli;

/// <summary>Who is around in the town.</summary>
/// <param name="Around">Whose last heartbeat was taken.</param>
/// <param name="Sharing">Who shares a place, and so would be.</param>
/// <param name="LocationTurnedOn">Transitional people who have turned it on, in this run or before.</param>
internal sealed record Walked(int Around, int Sharing, int LocationTurnedOn, int NewlyTurnedOn)
{
    public override string ToString() => Around == 0 && Sharing > 0
        ? "Nobody is around: the API has no presence, or it is away."
        : $"{Visible.Count(Around)} around.";
}
