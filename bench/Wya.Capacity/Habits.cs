namespace Wya.Capacity;

/// <summary>
/// What people do, at the busiest hour. These are assumptions, not measurements: a town of its own will have its own, and
/// <c>./dev capacity</c> takes others.
/// </summary>
/// <param name="PresentShare">Of those who are registered, there at the same moment; each with one live connection.</param>
/// <param name="ActiveShare">Of those who are registered, there at all on a day.</param>
/// <param name="MessagesADay">Of somebody active; likewise the others.</param>
/// <param name="NewShareADay">Registrations on a day, for each who is registered.</param>
/// <param name="BusiestHour">How much more happens at the busiest hour than on average.</param>
internal sealed record Habits(
    double PresentShare = 0.08,
    double ActiveShare = 0.4,
    double SecondsBetweenHeartbeats = 40,
    double SecondsBetweenDiscoveries = 120,
    double MessagesADay = 40,
    double VisitsADay = 15,
    double LookUpsADay = 30,
    double PublicationsADay = 0.1,
    double NewShareADay = 0.001,
    double BusiestHour = 3)
{
    /// <summary>Operations a second for each who is registered.</summary>
    public IReadOnlyDictionary<Operation, double> Rates { get; } = new Dictionary<Operation, double>
    {
        [Operation.Heartbeat] = PresentShare / SecondsBetweenHeartbeats,
        [Operation.Discovery] = PresentShare / SecondsBetweenDiscoveries,
        [Operation.Message] = ADay(ActiveShare * MessagesADay, BusiestHour),
        [Operation.Visit] = ADay(ActiveShare * VisitsADay, BusiestHour),
        [Operation.LookUp] = ADay(ActiveShare * LookUpsADay, BusiestHour),
        [Operation.Publication] = ADay(ActiveShare * PublicationsADay, BusiestHour),
        [Operation.Registration] = ADay(NewShareADay, BusiestHour),
    };

    public double MessagesAYear => 365 * ActiveShare * MessagesADay;

    private static double ADay(double count, double busiest) => count * busiest / 86_400;
}
