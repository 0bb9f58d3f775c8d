namespace Wya.Cli;

/// <summary>What a run of the demo came to. Counts of what is new leave out what an earlier run had done.</summary>
/// <param name="People">Residents of the town who are in the system now.</param>
/// <param name="NotAvailable">Residents whose handle somebody else has.</param>
/// <param name="Talk">Null where nobody could talk: outside Development nobody else's token can be had.</param>
/// <param name="Ties">Likewise.</param>
/// <param name="Day">Likewise.</param>
/// <param name="Rooms">Likewise.</param>
/// <param name="RefusedUnderAge">Children who tried, and were refused.</param>
internal sealed record Settled(
    int People, int NewPeople, int Minors, int Transitionals, int Adults, int NotAvailable, int RefusedUnderAge,
    int Verified, int NewlyVerified, int Permissions, int NewPermissions,
    Talked? Talk, Befriended? Ties, Furnished? Rooms, Walked? Day, double Seconds)
{
    public bool IsNothingNew =>
        NewPeople + NewlyVerified + NewPermissions + (Talk?.NewMessages ?? 0) + (Ties?.New ?? 0) + (Rooms?.New ?? 0) + (Day?.NewlyTurnedOn ?? 0) == 0;

    public override string ToString()
    {
        string taken = NotAvailable > 0 ? $" {Visible.Count(NotAvailable, "handle")} belonged to somebody else." : "";
        string alive = Talk is null ? "Nobody talks: that needs everybody's token." : $"{Talk} {Ties} {Rooms} {Day}";
        string refused = $"{Visible.Count(RefusedUnderAge, "child", "children")} under 13 tried and were refused.{taken} {alive} {Visible.Seconds(Seconds)}.";
        return IsNothingNew
            ? $"Nothing new: the town of {Visible.Count(People, "person", "people")} was there already. {refused}"
            : $"{Visible.Count(People, "person", "people")} ({Visible.Count(Minors, "minor")}, {Visible.Count(Transitionals)} transitional, {Visible.Count(Adults, "adult")}), "
                + $"{Visible.Count(NewPeople)} of them new; {Visible.Count(Verified)} verified, "
                + $"{Visible.Count(Permissions, "permission")}. {refused}";
    }
}
